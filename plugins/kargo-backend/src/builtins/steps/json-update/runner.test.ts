import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jsonUpdateStep } from './runner';

describe('json-update', () => {
  let workDir: string;
  let file: string;

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-json-'));
    file = path.join(workDir, 'f.json');
    await writeFile(file, '{\n  "image": {"tag": "v1"}\n}\n');
  });

  afterEach(() => rm(workDir, { recursive: true }));

  const run = (updates: { key: string; value: string | number | null }[]) =>
    runStep(jsonUpdateStep, { path: 'f.json', updates }, { folder: workDir });

  it('edits the file and words a commit message', async () => {
    await expect(
      run([
        { key: 'image.tag', value: 'v2' },
        { key: 'image.n', value: 7 },
      ]),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: {
        commitMessage: 'Updated f.json\n\n- image.tag: "v2"\n- image.n: 7',
      },
    });
    await expect(readFile(file, 'utf8')).resolves.toBe(
      '{\n  "image": {"tag": "v2","n":7}\n}\n',
    );
  });

  it('changes nothing when one update is refused', async () => {
    await expect(
      run([
        { key: 'image.tag', value: 'v2' },
        { key: 'image.tag', value: null },
      ]),
    ).rejects.toThrow('cannot update "f.json"');
    await expect(readFile(file, 'utf8')).resolves.toContain('"v1"');
  });
});
