import { StepHarness } from '../../../testing/StepHarness';
import { tomlUpdateStep } from './runner';

describe('toml-update', () => {
  let harness: StepHarness;
  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
  });
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  const update = (...updates: { key: string; value: string | number }[]) =>
    harness.run(tomlUpdateStep, { path: './f.toml', updates });

  it('changes values and nothing else, and says so', async () => {
    await harness.write({ 'f.toml': '[image]\r\ntag = "v1" # keep\r\nn = 1' });
    await expect(
      update({ key: 'image.tag', value: 'v2' }, { key: 'image.n', value: 42 }),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: {
        commitMessage: "Updated ./f.toml\n\n- image.tag: 'v2'\n- image.n: 42",
      },
    });
    await expect(harness.read('f.toml')).resolves.toBe(
      '[image]\r\ntag = "v2" # keep\r\nn = 42',
    );
  }, 60_000);

  it('edits a large file off the main thread', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `k${at} = ${at}`);
    await harness.write({ 'f.toml': lines.join('\n') });
    await update({ key: 'k1', value: 'x' });
    await expect(harness.read('f.toml')).resolves.toContain("k1 = 'x'\nk2 = 2");
  }, 60_000);

  it('changes nothing when one of the keys is not there', async () => {
    await harness.write({ 'f.toml': 'a = 1\n' });
    await expect(
      update({ key: 'a', value: 2 }, { key: 'b', value: 2 }),
    ).rejects.toThrow('cannot update "./f.toml": key "b" was not found');
    await expect(harness.read('f.toml')).resolves.toBe('a = 1\n');
  }, 60_000);
});
