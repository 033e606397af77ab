import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonValue } from 'backstage-plugin-kargo-common';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { hclUpdateStep } from './hclUpdate';

describe('hcl-update', () => {
  let base: string;
  let folder: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'hcl-'));
    folder = join(base, 'files');
    await mkdir(folder);
    await writeFile(join(folder, 'main.tf'), 'tag = "v1" # keep\r\non = false');
  });
  afterEach(() => rm(base, { recursive: true }));

  const update = (...updates: { key: string; value: JsonValue }[]) =>
    runStep(hclUpdateStep, { path: 'main.tf', updates }, { folder });
  const read = () => readFile(join(folder, 'main.tf'), 'utf8');

  it('changes values and nothing else, and says so', async () => {
    expect(
      await update({ key: 'tag', value: 'v2' }, { key: 'on', value: true }),
    ).toEqual({
      kind: 'succeeded',
      output: {
        commitMessage: 'Updated main.tf\n\n- tag: "v2"\n- on: true',
      },
    });
    expect(await read()).toBe('tag = "v2" # keep\r\non = true');
  });

  it('does not write a file that is as it should be', async () => {
    const before = await stat(join(folder, 'main.tf'), { bigint: true });
    await update({ key: 'tag', value: 'v1' });
    const after = await stat(join(folder, 'main.tf'), { bigint: true });
    expect(after.ino).toBe(before.ino);
    expect(after.mtimeNs).toBe(before.mtimeNs);
  });

  it('changes nothing when one of the keys is not there', async () => {
    await expect(
      update({ key: 'tag', value: 'v2' }, { key: 'nope', value: 1 }),
    ).rejects.toThrow('cannot update "main.tf": key "nope" was not found');
    expect(await read()).toBe('tag = "v1" # keep\r\non = false');
  });

  it('takes texts, numbers and booleans only', async () => {
    expect(await update({ key: 'tag', value: ['v2'] })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('updates.0.value'),
    });
  });

  it('refuses a file that is larger than people write', async () => {
    const text = `tag = "v1" #${'x'.repeat(256 * 1024)}`;
    await writeFile(join(folder, 'main.tf'), text);
    await expect(update({ key: 'tag', value: 'v2' })).rejects.toThrow(
      'main.tf',
    );
    expect(await read()).toBe(text);
  });
});
