import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type GitServer, startGitServer } from './gitServer';

const run = promisify(execFile);

async function git(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run('git', args, {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'Ann',
      GIT_AUTHOR_EMAIL: 'ann@example.com',
      GIT_COMMITTER_NAME: 'Ann',
      GIT_COMMITTER_EMAIL: 'ann@example.com',
    },
  });
  return `${stdout}${stderr}`;
}

describe('startGitServer', () => {
  let folder: string;
  let server: GitServer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'git-server-'));
    server = await startGitServer({ root: join(folder, 'repos') });
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const clone = (name: string, ...args: string[]) =>
    git('clone', '--quiet', ...args, server.repoURL(name), join(folder, 'w'));

  it('lets a client clone, commit and push', async () => {
    await server.createRepo('gitops', { 'env/test.yaml': 'tag: 1.0.0\n' });
    await clone('gitops');
    await writeFile(join(folder, 'w/env/test.yaml'), 'tag: 1.1.0\n');
    await git('-C', join(folder, 'w'), 'commit', '-qam', 'Promote 1.1.0');
    await git('-C', join(folder, 'w'), 'push', '-q', 'origin', 'HEAD:main');

    expect(await server.readFile('gitops', 'main', 'env/test.yaml')).toBe(
      'tag: 1.1.0\n',
    );
    expect(
      (await server.log('gitops', 'main')).map(entry => entry.subject),
    ).toEqual(['Promote 1.1.0', 'Initial commit']);
    expect(server.stats().byRoute).toEqual({
      advertise: 1,
      'ls-refs': 1,
      fetch: 1,
      'advertise-push': 1,
      push: 1,
    });
  });

  it('takes a push larger than one buffer', async () => {
    await server.createRepo('big', { 'README.md': '# big\n' });
    await clone('big');
    const text = Array.from({ length: 300_000 }, (_, i) =>
      ((i * 2654435761) % 4294967296).toString(36),
    ).join('\n');
    await writeFile(join(folder, 'w/data.txt'), text);
    await git('-C', join(folder, 'w'), 'add', '.');
    await git('-C', join(folder, 'w'), 'commit', '-qm', 'Add data');
    await git('-C', join(folder, 'w'), 'push', '-q', 'origin', 'HEAD:main');
    expect(await server.readFile('big', 'main', 'data.txt')).toBe(text);
  });

  it('commits, deletes, tags and merges on the server', async () => {
    await server.createRepo('app', { a: '1', b: '1' }, { date: 1_700_000_000 });
    const first = await server.resolve('app', 'main');
    const side = await server.commit('app', {
      branch: 'side',
      parent: first,
      message: 'Side',
      files: { c: 'x', 'run.sh': { content: '#!/bin/sh\n', mode: '100755' } },
      author: { name: 'Bo', email: 'bo@example.com' },
      date: 1_700_000_100,
    });
    const merged = await server.commit('app', {
      message: 'Merge side',
      merge: side,
      files: { b: undefined, c: 'x' },
      tag: 'v1.0.0',
    });
    await server.tag('app', {
      name: 'v1.0.1',
      target: 'main',
      message: 'Release',
      date: 1_700_000_200,
    });

    expect(await server.listFiles('app', 'main')).toEqual(['a', 'c']);
    expect(await server.branches('app')).toEqual(['main', 'side']);
    expect(await server.resolve('app', 'v1.0.0')).toBe(merged);
    expect(await server.resolve('app', 'v1.0.1')).toBe(merged);
    expect(await server.git('app', 'cat-file', '-t', 'v1.0.1')).toBe('tag\n');
    expect(await server.git('app', 'log', '-1', '--format=%P', 'main')).toBe(
      `${first} ${side}\n`,
    );
    expect(await server.git('app', 'log', '-1', '--format=%an %at', side)).toBe(
      'Bo 1700000100\n',
    );
    expect(await server.resolve('app', 'nowhere')).toBeUndefined();
  });

  it('imports a long history on top of what is there', async () => {
    await server.createRepo('history', { start: '0' });
    await server.importCommits(
      'history',
      Array.from({ length: 500 }, (_, i) => ({
        branch: 'main',
        message: `Change ${i}`,
        files: { [`dir${i % 7}/file`]: String(i) },
        date: 1_700_000_000 + i,
      })),
    );
    expect(await server.git('history', 'rev-list', '--count', 'main')).toBe(
      '501\n',
    );
    expect(await server.readFile('history', 'main', 'dir3/file')).toBe('493');
    expect(await server.readFile('history', 'main', 'start')).toBe('0');
  });

  it('serves partial clones, and refuses filters when told', async () => {
    await server.createRepo('app', { big: 'x'.repeat(1000) });
    await clone('app', '--bare', '--filter=blob:none');
    const missing = await git(
      '-C',
      join(folder, 'w'),
      'rev-list',
      '--objects',
      '--missing=print',
      'HEAD',
    );
    expect(missing).toMatch(/^\?[0-9a-f]{40}$/m);

    server.setAllowFilter(false);
    await rm(join(folder, 'w'), { recursive: true });
    const output = await clone('app', '--bare', '--filter=blob:none');
    expect(output).toContain('filtering not recognized by server');
  });

  it('asks for a password when it has one', async () => {
    await server.close();
    server = await startGitServer({
      root: join(folder, 'repos'),
      auth: { username: 'bot', password: 's3cret' },
    });
    await server.createRepo('app', { a: '1' });
    await expect(clone('app')).rejects.toThrow(/could not read Username/);
    const url = new URL(server.repoURL('app'));
    url.username = 'bot';
    url.password = 's3cret';
    await git('clone', '--quiet', url.href, join(folder, 'w'));
    expect(await readFile(join(folder, 'w/a'), 'utf8')).toBe('1');
  });

  it.each([
    ['a status', { kind: 'status', status: 503 } as const, /503/],
    ['a reset', { kind: 'reset' } as const, /unable to access|Empty reply/],
  ])('commits %s once and then works', async (_name, fault, message) => {
    await server.createRepo('app', { a: '1' });
    server.faults.add(fault, { route: 'advertise' });
    await expect(clone('app')).rejects.toThrow(message);
    await clone('app');
    expect(await readFile(join(folder, 'w/a'), 'utf8')).toBe('1');
  });

  it('drops the connection in the middle of a pack', async () => {
    await server.createRepo('app', { a: 'x'.repeat(100_000) });
    server.faults.add(
      { kind: 'truncate', afterBytes: 120 },
      { route: 'fetch' },
    );
    await expect(clone('app')).rejects.toThrow(
      /early EOF|unexpected disconnect|RPC failed/,
    );
    const [fetched] = server.stats().log.filter(e => e.route === 'fetch');
    expect(fetched.bytes).toBe(120);
  });

  it('hangs until it is closed', async () => {
    await server.createRepo('app', { a: '1' });
    server.faults.add({ kind: 'hang' }, { route: 'advertise' });
    const outcome = clone('app').then(
      () => 'cloned',
      () => 'failed',
    );
    await server.waitForRequests('advertise');
    await server.close();
    expect(await outcome).toBe('failed');
    server = await startGitServer({ root: join(folder, 'repos') });
    expect(await server.hasRepo('app')).toBe(true);
  });
});
