import { JsonObject } from 'backstage-plugin-kargo-common';
import { StepHarness } from '../../../testing/StepHarness';
import { yamlMergeStep } from './runner';

describe('yaml-merge', () => {
  let harness: StepHarness;
  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
  });
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  const merge = (inFiles: string[], more: JsonObject = {}) =>
    harness.run(yamlMergeStep, { inFiles, outFile: 'out/o.yaml', ...more });

  it('writes what the files have together, and says which', async () => {
    await harness.write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 2\n' });
    await expect(merge(['a.yaml', 'b.yaml'])).resolves.toEqual({
      kind: 'succeeded',
      output: {
        commitMessage: 'Merged 2 YAML files to out/o.yaml\n- a.yaml\n- b.yaml',
      },
    });
    await expect(harness.read('out/o.yaml')).resolves.toBe('a: 1\nb: 2\n');
  }, 60_000);

  it('may write over one of its own files', async () => {
    await harness.write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'a: 2\n' });
    await merge(['a.yaml', 'b.yaml'], { outFile: 'a.yaml' });
    await expect(harness.read('a.yaml')).resolves.toBe('a: 2\n');
  }, 60_000);

  it('passes over missing files when told', async () => {
    await harness.write({ 'a.yaml': 'a:   1 # as it is\n' });
    const files = ['a.yaml', 'gone.yaml'];
    await expect(merge(files)).rejects.toThrow('there is no file "gone.yaml"');
    await expect(harness.list('.')).resolves.toEqual(['a.yaml']);
    await expect(
      merge(files, { ignoreMissingFiles: true }),
    ).resolves.toMatchObject({
      output: { commitMessage: 'Wrote a.yaml to out/o.yaml' },
    });
    await expect(
      merge(['gone.yaml'], { ignoreMissingFiles: true }),
    ).resolves.toEqual({ kind: 'succeeded' });
    await expect(harness.read('out/o.yaml')).resolves.toBe('');
  }, 60_000);

  it('names the file that is no YAML, and writes nothing', async () => {
    await harness.write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: [\n' });
    await expect(merge(['a.yaml', 'b.yaml'])).rejects.toThrow(
      '"b.yaml" cannot be read',
    );
    await expect(harness.list('.')).resolves.toEqual(['a.yaml', 'b.yaml']);
  }, 60_000);

  it('refuses aliases that make too much of a file', async () => {
    const lines = Array.from(
      { length: 25 },
      (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`,
    );
    await harness.write({
      'a.yaml': `a0: &a0 x\n${lines.join('\n')}\n`,
      'b.yaml': 'b: 1\n',
    });
    await expect(merge(['a.yaml', 'b.yaml'])).rejects.toThrow('more than');
  }, 60_000);
});
