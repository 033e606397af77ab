import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jsonParseStep } from './runner';

describe('json-parse', () => {
  let workDir: string;

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-parse-'));
  });

  afterEach(() => rm(workDir, { recursive: true }));

  const run = () =>
    runStep(
      jsonParseStep,
      {
        path: 'f.json',
        outputs: [
          { name: 'tag', fromExpression: 'image.tag' },
          { name: 'n', fromExpression: 'len(list)' },
          { name: 'n', fromExpression: 'list[0]' },
        ],
      },
      { folder: workDir },
    );

  it('gives what the expressions find, the last one for a name', async () => {
    const text = '{"image": {"tag": "1.10"}, "list": [7]}';
    await writeFile(path.join(workDir, 'f.json'), text);
    await expect(run()).resolves.toEqual({
      kind: 'succeeded',
      output: { tag: '1.10', n: 7 },
    });
  });

  it('throws on what is no JSON', async () => {
    await writeFile(path.join(workDir, 'f.json'), '{');
    await expect(run()).rejects.toThrow('cannot parse "f.json"');
  });
});
