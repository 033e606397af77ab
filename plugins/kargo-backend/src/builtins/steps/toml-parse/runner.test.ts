import { StepHarness } from '../../../testing/StepHarness';
import { tomlParseStep } from './runner';

describe('toml-parse', () => {
  let harness: StepHarness;
  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
  });
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  const parse = (...expressions: string[]) =>
    harness.run(tomlParseStep, {
      path: 'f.toml',
      outputs: expressions.map((fromExpression, index) => ({
        name: `o${index}`,
        fromExpression,
      })),
    });

  it('gives what expressions find, in values that JSON knows', async () => {
    await harness.write({
      'f.toml':
        'day = 2024-01-01\nbig = 9223372036854775807\n[image]\ntag = "1.10"\n[[s]]\nn = 1\n',
    });
    await expect(
      parse('image.tag', 's[0].n', 'len(s)', 'day', 'big', 'missing'),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: {
        o0: '1.10',
        o1: 1,
        o2: 1,
        o3: '2024-01-01',
        o4: '9223372036854775807',
        o5: null,
      },
    });
  }, 60_000);

  it('reads a large file', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `k${at} = ${at}`);
    await harness.write({ 'f.toml': lines.join('\n') });
    await expect(parse('k2999')).resolves.toMatchObject({
      output: { o0: 2999 },
    });
  }, 60_000);

  it.each([
    ['an empty file', '', 'is empty'],
    [
      'a broken file',
      'a = \n',
      'cannot parse "f.toml": not valid TOML at line',
    ],
  ])(
    'tells of %s',
    async (_, text, message) => {
      await harness.write({ 'f.toml': text });
      await expect(parse('a')).rejects.toThrow(message);
    },
    60_000,
  );
});
