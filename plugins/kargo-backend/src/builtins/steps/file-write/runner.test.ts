import { JsonObject } from 'backstage-plugin-kargo-common';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileWriteStep } from './runner';

describe('file-write', () => {
  let workDir: string;
  const at = (name: string) => path.join(workDir, name);
  const run = (config: JsonObject) =>
    runStep(
      fileWriteStep,
      { path: 'f', contents: 'new', ...config },
      { folder: workDir },
    );

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-write-'));
  });

  afterEach(() => rm(workDir, { recursive: true }));

  it('writes exactly the contents, with parents and permissions', async () => {
    await expect(
      run({ path: 'a/b/f', contents: 'x\r\n', permissions: '0640' }),
    ).resolves.toEqual({ kind: 'succeeded' });
    await expect(readFile(at('a/b/f'), 'utf8')).resolves.toBe('x\r\n');
    expect((await stat(at('a/b/f'))).mode % 0o1000).toBe(0o640);
    expect((await stat(at('a'))).mode % 0o1000).toBe(0o700);
  });

  it('replaces a file only when told to', async () => {
    await writeFile(at('f'), 'old', { mode: 0o640 });
    await expect(run({})).resolves.toMatchObject({
      kind: 'failed',
      final: true,
      reason: '"f" exists; set "overwrite: true" to replace it',
    });
    await expect(readFile(at('f'), 'utf8')).resolves.toBe('old');
    await expect(run({ overwrite: true })).resolves.toMatchObject({
      kind: 'succeeded',
    });
    await expect(readFile(at('f'), 'utf8')).resolves.toBe('new');
    expect((await stat(at('f'))).mode % 0o1000).toBe(0o600);
  });

  it('may run again', async () => {
    await run({});
    await expect(run({})).resolves.toEqual({ kind: 'succeeded' });
  });

  it.each<JsonObject>([
    { path: '/abs' },
    { path: '../x' },
    { path: 'a/../../x' },
    { path: '.' },
    { path: '.git/config' },
    { path: 'out/.git' },
    { path: 'out/.GIT/config' },
    { path: '.kargo/git/x' },
    { path: 'l/f' },
    { path: 'd', overwrite: true },
    { permissions: '0755' },
    { permissions: '0602' },
    { permissions: '644' },
    { contents: { a: 1 } },
  ])('refuses %j', async config => {
    await mkdir(at('d'));
    await symlink('d', at('l'));
    await expect(run(config)).resolves.toMatchObject({
      kind: 'failed',
      final: true,
    });
  });
});
