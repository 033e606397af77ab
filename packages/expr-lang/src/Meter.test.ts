import { encodeJson } from './encodeJson';
import { compile } from './evaluate';
import { isExpressionError } from './errors';
import { Limits, StepBudget } from './Meter';
import type { Value } from './values';

const entries = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));

const environment: Value = {
  text: 'a'.repeat(100_000),
  accents: 'é'.repeat(50_000),
  list: Array.from({ length: 10_000 }, (_, i) => i),
  big: entries(1_000),
  same: entries(1_000),
  mixed: Object.fromEntries(Object.entries(entries(20)).reverse()),
};

/** What an expression comes to, or the code of the error with which it ends. */
function outcome(
  source: string,
  options: { limits?: Partial<Limits>; budget?: StepBudget } = {},
): unknown {
  try {
    return compile(source).run(environment, { now: new Date(0), ...options });
  } catch (error) {
    if (isExpressionError(error)) return error.code;
    throw error;
  }
}

describe('steps', () => {
  // Each of these does in 2,000 passes what takes 100 steps or more every time.
  it.each([
    ['a byte of a text', 'count(1..2000, text[#] == 0)'],
    ['a part of a text', "count(1..2000, text[0:1] == 'b')"],
    ['a part of a text that is not ASCII', "count(1..2000, accents[:2] == '')"],
    ['the length of a text', 'count(1..2000, len(text) == 0)'],
    ['the size of a map', 'count(1..2000, len(big) == 0)'],
    ['a part of a list', 'count(1..2000, len(list[0:9000]) == 0)'],
    ['the first elements', 'count(1..2000, len(take(list, 9000)) == 0)'],
    ['equal texts', "count(1..2000, text + 'a' == text + 'b')"],
    ['ordered texts', "count(1..2000, text + 'a' < text + 'b')"],
    ['equal maps', 'count(1..2000, big == same)'],
    ['a long key', 'count(1..2000, big[text + string(#)] == 1)'],
    ['a long key that is looked for', 'count(1..2000, (text + "x") in big)'],
    ['long keys of groups', 'len(groupBy(1..2000, text + string(#)))'],
    ['long texts that differ', 'len(uniq(map(1..2000, text + string(#))))'],
    ['pairs of long keys', 'len(fromPairs(map(1..2000, [text + "x", #])))'],
    ['upper case', "count(1..2000, upper(accents) == '')"],
    ['trimming', "count(1..2000, trim(accents, 'x') == '')"],
    ['a search', "count(1..2000, indexOf(text, 'b') > 0)"],
    [
      'a large regular expression',
      "count(1..2000, 'aaaaaaaaaa' matches '(a?){500}[bc]') == 0",
    ],
    ['JSON', "count(1..2000, toJSON(big) == '')"],
    ['a text of a list', "count(1..2000, string(list) == '')"],
    ['a median', 'count(1..2000, median(list) < 0)'],
    ['base64', "count(1..2000, toBase64(text) == '')"],
    ['a date by a long layout', "count(1..2000, now().Format(text) == '')"],
    ['keys', 'count(1..2000, len(keys(big)) == 0)'],
    ['elements of a range', 'count(1..2000, len(1..400) == 0)'],
    ['the order of keys', 'count(1..2000, len(keys(mixed)) == 0)'],
    ['the order of keys in JSON', "count(1..2000, toJSON(mixed) == '')"],
    ['a date', "count(1..2000, date('2024-05-06T07:08:09Z') == nil)"],
    ['a method of a time', 'count(1..4000, now().Year() == 1)'],
    ['a time that is printed', "count(1..4000, string(now()) == '')"],
    [
      'JSON that is read',
      "count(1..2000, fromJSON('[' + repeat('[],', 100) + '1]') == 1)",
    ],
    ['the characters of a text', "count(1..2000, len(split(text, '')) == 0)"],
  ])('are taken by %s', (_, source) => {
    expect(outcome(source, { limits: { steps: 200_000 } })).toBe('step-limit');
  });

  it('are taken by a long search for a long text', () => {
    const part = `${'a'.repeat(2_000)}b${'a'.repeat(2_000)}`;
    for (const search of [
      `text contains '${part}'`,
      `indexOf(text, '${part}') == 0`,
      `lastIndexOf(text, '${part}') == 0`,
      `len(split(text, '${part}')) == 0`,
      `replace(text, '${part}', '') == ''`,
    ]) {
      expect(outcome(search)).toBe(false);
      expect(outcome(search, { limits: { steps: 200_000 } })).toBe(
        'step-limit',
      );
    }
  });

  it.each<[string, unknown]>([
    ['sum(1..999999)', 499_999_500_000n],
    ['len(map(1..499999, #))', 499_999n],
    ['len(map(filter(1..300000, # > 0), # * 2))', 300_000n],
    ['len(groupBy(1..300000, string(#)))', 300_000n],
    ['len(uniq(1..400000))', 400_000n],
    ['len(sortBy(1..400000, -#))', 400_000n],
    ['len(toJSON(1..500000)) > 0', true],
    ["len(split(repeat('a,', 400000), ','))", 400_001n],
    ["repeat('ab', 450000) matches '[a-f0-9]{40}c'", false],
    ["count(1..100, repeat('ab', 50) matches '^.{1,1000}$')", 100n],
    ["len(reduce(1..100000, #acc + 'abcdefghij', ''))", 1_000_000n],
  ])('are enough for what the memory has room for: %s', (source, result) => {
    expect(outcome(source)).toBe(result);
  });

  it.each([2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Infinity])(
    'may be %d, and then split a text as well',
    steps => {
      const limits = { steps };
      expect(outcome("len(split('a,b,c', ','))", { limits })).toBe(3n);
      expect(outcome("replace('a,b,c', ',', '-')", { limits })).toBe('a-b-c');
    },
  );

  it('are few for what is ordinary', () => {
    const budget = new StepBudget(1_000);
    outcome("'a' + 'b' + big.k1", { budget });
    outcome("join(map(['x', 'y'], upper(#)), '-')", { budget });
    outcome("'feat(x): y' matches '^(feat|fix)(\\\\(.+\\\\))?: '", { budget });
    expect(budget.used).toBeLessThan(70);
  });
});

describe('a budget of several runs', () => {
  it('ends the run for which too little is left', () => {
    const budget = new StepBudget(25_000);
    const source = 'len(map(1..4000, #))';
    expect(outcome(source, { budget })).toBe(4_000n);
    expect(outcome(source, { budget })).toBe(4_000n);
    expect(budget.left).toBeLessThan(10_000);
    expect(() => compile(source).run({}, { budget })).toThrow(
      'the expressions take too many steps together',
    );
    expect(budget.left).toBe(0);
    expect(outcome('1 + 1', { budget })).toBe(2n);
    expect(outcome('len([1])', { budget })).toBe('step-limit');
  });

  it('takes the steps of a run that failed', () => {
    const budget = new StepBudget(1_000_000);
    expect(outcome('map(list, # > 5000 ? #.x : #)', { budget })).toBe(
      'no-such-member',
    );
    expect(budget.used).toBeGreaterThan(1_000);
  });

  it('leaves each run its own memory', () => {
    const budget = new StepBudget(5_000_000);
    const source = 'len(1..900000)';
    expect(outcome(source, { budget })).toBe(900_000n);
    expect(outcome(source, { budget })).toBe(900_000n);
  });

  it('leaves each run its own limit', () => {
    const budget = new StepBudget(1_000_000);
    expect(() =>
      compile('len(1..100000)').run({}, { budget, limits: { steps: 10_000 } }),
    ).toThrow('the expression takes too many steps');
  });

  it('is charged for what is written as JSON', () => {
    const list = Array.from({ length: 1_000 }, (_, i) => i);
    const steps = new StepBudget(5_500);
    expect(encodeJson(list, { steps })).toBe(JSON.stringify(list));
    expect(() => encodeJson(list, { steps })).toThrow('too many steps');
  });
});
