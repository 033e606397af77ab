import { isTerminalError } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  chmod,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { yamlUpdateStep } from './runner';

describe('yaml-update', () => {
  let workDir: string;
  let file: string;

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-yaml-'));
    file = path.join(workDir, 'v.yaml');
  });

  afterEach(() => rm(workDir, { recursive: true, force: true }));

  it('edits the file, keeps its mode and words a commit message', async () => {
    await writeFile(file, 'image:\n  tag: v1\n');
    await chmod(file, 0o640);
    const updates = [{ key: 'image.tag', value: 'v2' }];
    await expect(
      runStep(yamlUpdateStep, { path: 'v.yaml', updates }, { folder: workDir }),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: { commitMessage: 'Updated v.yaml\n\n- image.tag: v2' },
    });
    await expect(readFile(file, 'utf8')).resolves.toBe('image:\n  tag: v2\n');
    expect((await stat(file)).mode % 0o1000).toBe(0o640);
  });

  it.each<[string, string, string, boolean]>([
    ['a missing key', 'b', 'a: 1\n', false],
    ['an index past the end', 'a.1', 'a:\n- x\n', true],
  ])(
    'throws on %s and leaves the file alone',
    async (_, key, text, terminal) => {
      await writeFile(file, text);
      const attempt = runStep(
        yamlUpdateStep,
        { path: 'v.yaml', updates: [{ key, value: 'z' }] },
        { folder: workDir },
      );
      const error = await attempt.catch(e => e);
      expect(error.message).toContain('cannot update "v.yaml"');
      expect(isTerminalError(error)).toBe(terminal);
      await expect(readFile(file, 'utf8')).resolves.toBe(text);
    },
  );

  it('names a missing file as the user wrote it', async () => {
    await expect(
      runStep(
        yamlUpdateStep,
        { path: './none.yaml', updates: [{ key: 'a', value: 1 }] },
        { folder: workDir },
      ),
    ).rejects.toThrow('cannot read "./none.yaml": no such file or directory');
  });

  it('refuses a file that is not UTF-8', async () => {
    await writeFile(file, Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]));
    await expect(
      runStep(
        yamlUpdateStep,
        { path: 'v.yaml', updates: [{ key: 'a', value: 1 }] },
        { folder: workDir },
      ),
    ).rejects.toThrow('"v.yaml" is not a UTF-8 text');
  });

  it('demands a value for every update', async () => {
    await expect(
      runStep(
        yamlUpdateStep,
        { path: 'v.yaml', updates: [{ key: 'a' }] },
        { folder: workDir },
      ),
    ).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason: 'invalid yaml-update config: updates.0: value is required',
    });
  });
});
