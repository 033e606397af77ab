import { StepExpression } from 'backstage-plugin-kargo-node';
import { stopThreads } from '../../../foreign/threads/runInThread';
import { ForeignDocument } from '../../../foreign/readDocument';
import { countTurns } from '../../../testing/countTurns';
import { compileValue, ForeignValues } from './ForeignValues';

afterAll(() => stopThreads());

const { signal } = new AbortController();
const asked = { nowMs: Date.UTC(2026, 0, 2), signal };

async function evaluate(
  source: string,
  document: Partial<ForeignDocument> = {},
) {
  const values = await ForeignValues.read(
    { language: 'json', text: '{"list": [1, 2, 3]}', ...document },
    asked,
  );
  return values.evaluate(await compileValue(source, 'output "it"', signal));
}

// More steps than a turn has, and fewer than a thread has.
const LONG = 'count(1..400000, # > 0 and # > 1)';
// What is only compared is counted no further than that takes.
const inThread = (source: string) => `[${LONG}, ${source}][1]`;

describe('values of what somebody else wrote', () => {
  it.each([
    ['list', [1, 2, 3]],
    ['len(list)', 3],
    ['now().Year()', 2026],
    ['{a: list[0] > 0}', { a: true }],
    ['absent', null],
    [`{n: ${LONG}, of: list}`, { n: 399_999, of: [1, 2, 3] }],
    [inThread('now()'), '2026-01-02T00:00:00Z'],
  ])('%s comes to %j', async (source, expected) => {
    await expect(evaluate(source)).resolves.toEqual(expected);
  });

  it.each<[ForeignDocument['language'], string, string]>([
    ['yaml', 'on: yes', '$env["true"]'],
    ['toml', 'a = true', 'a'],
    ['json', '\ufeff{"a": true}', 'a'],
    ['yaml', '\ufeffa: true', 'a'],
    ['toml', '\ufeffa = true', 'a'],
    ['text', '\ufefftrue', '$env == "\ufefftrue"'],
  ])('of %s are the same in a thread', async (language, text, source) => {
    const document = { language, text };
    await expect(evaluate(source, document)).resolves.toBe(true);
    await expect(evaluate(inThread(source), document)).resolves.toBe(true);
  });

  it('of a response are the same in a thread', async () => {
    const document: ForeignDocument = {
      language: 'text',
      text: 'hello',
      response: { status: 201, headers: { 'x-id': ['a', 'b'] } },
    };
    const source =
      "[response.status, response.header('X-ID'), response.headers['X-Id'], response.body]";
    const expected = [201, 'a', ['a', 'b'], 'hello'];
    await expect(evaluate(source, document)).resolves.toEqual(expected);
    await expect(evaluate(inThread(source), document)).resolves.toEqual(
      expected,
    );
  });

  it('are evaluated where they are when that takes no long', async () => {
    const expression: StepExpression = { evaluate: () => 'here' };
    const values = await ForeignValues.read(
      { language: 'json', text: '1' },
      asked,
    );
    await expect(
      values.evaluate({ ...expression, source: '1', field: 'it' }),
    ).resolves.toBe('here');
  });

  it('are refused with the limit of a thread', async () => {
    await expect(
      evaluate('count(1..900000, # > 0 and # > 1 and # > 2)'),
    ).rejects.toThrow(
      'output "it" cannot be evaluated: the expression takes too many steps; it may take 5000000',
    );
  });

  it('are refused with the limit of all together', async () => {
    const values = await ForeignValues.read(
      { language: 'json', text: '{}' },
      asked,
    );
    const long = await compileValue(LONG, 'output "it"', signal);
    const evaluateOften = async () => {
      for (let i = 0; i < 10; i += 1) {
        await values.evaluate(long);
      }
    };
    await expect(evaluateOften()).rejects.toThrow(
      'the expressions take too many steps together; they may take 20000000',
    );
  });

  it('are refused with the reason when they have no JSON form', async () => {
    await expect(evaluate('1 / 0')).rejects.toThrow('not finite');
    await expect(evaluate(`${LONG} / 0`)).rejects.toThrow('not finite');
  });

  it('let others go on while many of them are written', async () => {
    const text = JSON.stringify(Array.from({ length: 50_000 }, (_, i) => i));
    let value: unknown;
    const turns = await countTurns(async () => {
      value = await evaluate('$env', { text });
    });
    expect(value).toHaveLength(50_000);
    // A hundred slices are written, and fifty pieces read and taken over, twice.
    expect(turns).toBeGreaterThanOrEqual(100);
  });
});
