import { JsonObject } from 'backstage-plugin-kargo-common';
import { execFile } from 'node:child_process';
import { Workspace } from 'backstage-plugin-kargo-node/capabilities';
import { readFile, rm, symlink, truncate } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StepHarness } from '../../../testing/StepHarness';
import { tarStep } from './runner';

const run = promisify(execFile);

describe('tar', () => {
  let harness: StepHarness;
  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
  });
  beforeEach(() => harness.reset());
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => harness.close());

  const tar = (config: JsonObject = {}) =>
    harness.run(tarStep, { inPath: 'src', outPath: 'o.tar', ...config });
  /** As the program of the system reads it. */
  const entries = async (archive = 'o.tar') => {
    const { stdout } = await run('tar', ['tf', harness.at(archive)]);
    return stdout.trim().split('\n').sort();
  };

  it('packs a folder, with links and without .git', async () => {
    await harness.write({
      'src/a': 'A',
      'src/sub/b': 'B',
      'src/.git/config': 'x',
    });
    await symlink('../elsewhere', harness.at('src/l'));
    await expect(tar()).resolves.toEqual({ kind: 'succeeded' });
    await expect(entries()).resolves.toEqual(['a', 'l', 'sub/', 'sub/b']);
    const { stdout } = await run('tar', ['xOf', harness.at('o.tar'), 'sub/b']);
    expect(stdout).toBe('B');
  }, 60_000);

  it('compresses when told, and gives the same bytes for the same files', async () => {
    await harness.write({ 'src/a': 'A'.repeat(10_000) });
    await tar({ gzip: true, outPath: 'one.bin' });
    await tar({ gzip: true, outPath: 'two.bin' });
    const one = await readFile(harness.at('one.bin'));
    expect([...one.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    expect(one.equals(await readFile(harness.at('two.bin')))).toBe(true);
    await expect(entries('one.bin')).resolves.toEqual(['a']);
  }, 60_000);

  it('compresses nothing unless told', async () => {
    await harness.write({ 'src/a': 'A' });
    await tar();
    const archive = await readFile(harness.at('o.tar'));
    expect(archive.toString('latin1', 257, 262)).toBe('ustar');
  }, 60_000);

  it('packs nothing of what a link leads to that takes the place of a file meanwhile', async () => {
    await harness.write({ 'src/a': 'A', 'o.tar': 'old' });
    const { open } = Workspace.prototype;
    jest
      .spyOn(Workspace.prototype, 'open')
      .mockImplementationOnce(async function openSwapped(this: Workspace, at) {
        await rm(harness.at('src/a'));
        await symlink('/etc/passwd', harness.at('src/a'));
        return open.call(this, at);
      });
    await expect(tar()).rejects.toThrow();
    await expect(harness.read('o.tar')).resolves.toBe('old');
  }, 60_000);

  it('packs a file under its own name', async () => {
    await harness.write({ 'src/a': 'A' });
    await tar({ inPath: 'src/a' });
    await expect(entries()).resolves.toEqual(['a']);
  }, 60_000);

  it('leaves out what patterns match, and .git all the same', async () => {
    await harness.write({
      'src/a.tmp': '',
      'src/keep': '',
      'src/build/x': '',
      'src/.git/config': 'x',
    });
    await tar({ ignore: '*.tmp\nbuild/\n!.git' });
    await expect(entries()).resolves.toEqual(['keep']);
  }, 60_000);

  it('does not pack the archive itself', async () => {
    await harness.write({ 'src/a': 'A', 'src/o.tar': 'old' });
    await tar({ outPath: 'src/o.tar' });
    await expect(entries('src/o.tar')).resolves.toEqual(['a']);
  }, 60_000);

  it.each([
    ['what is not there', 'gone', 'there is nothing at "gone"'],
    ['a file that is too large', 'src', 'a file of an archive may have'],
  ])(
    'refuses %s, and leaves what is there',
    async (_, inPath, message) => {
      await harness.write({ 'src/a': 'A', 'o.tar': 'old' });
      await truncate(harness.at('src/a'), 51 * 1024 * 1024);
      await expect(tar({ inPath })).rejects.toThrow(message);
      await expect(harness.read('o.tar')).resolves.toBe('old');
    },
    60_000,
  );
});
