import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRef, readHead } from './refs';

describe('refs read without git', () => {
  let folder: string;
  let repository: string;
  let first: string;
  let second: string;

  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: repository,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
      },
    }).trim();
  const commit = (parent?: string) =>
    git(
      ...['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree'],
      ...['-m', parent ?? 'first', ...(parent ? ['-p', parent] : [])],
      git('hash-object', '-t', 'tree', '-w', '/dev/null'),
    );

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kargo-refs-'));
    repository = path.join(folder, 'repo');
    execFileSync('git', [
      'init',
      '--quiet',
      '--bare',
      '-b',
      'main',
      repository,
    ]);
    first = commit();
    second = commit(first);
    for (const name of ['main', 'moved', 'feature/a', 'ä-ö']) {
      git('update-ref', `refs/heads/${name}`, first);
    }
    git('update-ref', 'refs/tags/feature/a', second);
    git('pack-refs', '--all');
    git('update-ref', 'refs/heads/moved', second);
    git('update-ref', 'refs/heads/loose', second);
    appendFileSync(
      path.join(repository, 'packed-refs'),
      Buffer.from(`${second} refs/heads/caf\xe9\n`, 'latin1'),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<[string, string, () => string | undefined]>([
    ['one of many in one file', 'refs/heads/main', () => first],
    ['one that has moved since', 'refs/heads/moved', () => second],
    ['one in a file of its own', 'refs/heads/loose', () => second],
    ['one in a folder', 'refs/heads/feature/a', () => first],
    ['a tag of the same name', 'refs/tags/feature/a', () => second],
    ['one with letters of other alphabets', 'refs/heads/ä-ö', () => first],
    ['none in an encoding of its own', 'refs/heads/caf\ufffd', () => undefined],
    ['none that is only the end of a name', 'refs/heads/a', () => undefined],
    ['none that is a folder', 'refs/heads/feature', () => undefined],
    ['none that is not there', 'refs/heads/nothing', () => undefined],
    ['none that leads out', 'refs/heads/../../HEAD', () => undefined],
    ['none with an empty part', 'refs/heads//main', () => undefined],
    ['none with a line end', 'refs/heads/main\n', () => undefined],
    ['none that is not named in full', 'main', () => undefined],
    ['none that is no ref', 'HEAD', () => undefined],
  ])('finds %s', async (_, name, expected) => {
    expect(await findRef(repository, name)).toBe(expected());
  });

  it.each<[string, string[], () => object | undefined]>([
    [
      'a branch',
      ['symbolic-ref', 'HEAD', 'refs/heads/moved'],
      () => ({ branch: 'moved', commit: second }),
    ],
    [
      'a commit',
      ['update-ref', '--no-deref', 'HEAD', 'refs/heads/main'],
      () => ({ commit: first }),
    ],
    [
      'no branch when there is none yet',
      ['symbolic-ref', 'HEAD', 'refs/heads/unborn'],
      () => undefined,
    ],
  ])('says that HEAD is %s', async (_, args, expected) => {
    git(...args);
    expect(await readHead(repository, repository)).toEqual(expected());
  });

  it('leaves to git what is stored in another way', async () => {
    const other = path.join(folder, 'other');
    execFileSync('git', ['init', '--quiet', '--bare', other]);
    // What git writes there when refs are kept in tables.
    writeFileSync(path.join(other, 'HEAD'), 'ref: refs/heads/.invalid\n');
    expect(await readHead(other, other)).toBeUndefined();
  });
});
