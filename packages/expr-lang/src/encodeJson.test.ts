import { encodeJson, encodeJsonInSlices } from './encodeJson';
import { StepBudget } from './Meter';
import { evaluate } from './evaluate';
import { fromJs, toJs } from './jsValues';
import { Duration } from './time/Duration';
import { AnyMap, NIL_LIST, TypedMap, Uint, Value } from './values';

describe('encodeJson', () => {
  it.each<[string, Value, string]>([
    ['sorted keys', { b: 1, a: [true, null] }, '{"a":[true,null],"b":1}'],
    [
      'keys by bytes',
      { '\u{10000}': 1, '\uffff': 2 },
      '{"\uffff":2,"\u{10000}":1}',
    ],
    ['HTML characters', '<a>&', '"\\u003ca\\u003e\\u0026"'],
    ['line separators', '\u2028\u2029', '"\\u2028\\u2029"'],
    ['control characters', '\b\f\n\r\t\u0001', '"\\b\\f\\n\\r\\t\\u0001"'],
    ['half a pair', '\ud83d', '"\ufffd"'],
    ['negative zero', -0, '-0'],
    ['large floats', 1e21, '1e+21'],
    ['ints', 9007199254740993n, '9007199254740993'],
    ['unsigned', new Uint(7n), '7'],
    ['durations', new Duration(1500n), '1500'],
    ['nil lists', [NIL_LIST, []], '[null,[]]'],
    ['string maps', new TypedMap(new Map([['k', 'v']]), ''), '{"k":"v"}'],
    ['bytes', Uint8Array.of(97, 98), '"YWI="'],
    [
      'times',
      evaluate("date('2024-05-06T07:08:09.120+02:00')"),
      '"2024-05-06T07:08:09.12+02:00"',
    ],
  ])('writes %s', (_, value, expected) => {
    expect(encodeJson(value)).toBe(expected);
  });

  it('indents', () => {
    expect(encodeJson({ a: [1], b: {} }, { indent: 2 })).toBe(
      '{\n  "a": [\n    1\n  ],\n  "b": {}\n}',
    );
  });

  it.each<[string, Value]>([
    ['NaN', NaN],
    ['any-key maps', new AnyMap(new Map(), null)],
    ['functions', evaluate('now', {}, {}) ?? Infinity],
  ])('refuses %s', (_, value) => {
    expect(() => encodeJson(value)).toThrow(
      expect.objectContaining({ stage: 'encode', code: 'not-encodable' }),
    );
  });

  it('bounds the length', () => {
    expect(() => encodeJson(['aaaa', 'aaaa'], { maxLength: 10 })).toThrow(
      'too long',
    );
  });
});

describe('encodeJsonInSlices', () => {
  /** What is written, and the most steps that a slice took. */
  function written(value: Value) {
    const steps = new StepBudget(20_000_000);
    const writing = encodeJsonInSlices(value, { steps });
    let most = 0;
    for (let before = 0; ; before = steps.used) {
      const slice = writing.next();
      most = Math.max(most, steps.used - before);
      if (slice.done) return { text: slice.value, most };
    }
  }

  const names = Array.from({ length: 60_000 }, (_, i) => `k${100_000 + i}`);

  it('writes the same, a little at once', () => {
    const value: Value = {
      list: Array.from({ length: 20_000 }, (_, i) => ({ b: [i], a: {} })),
    };
    const { text, most } = written(value);
    expect(text).toBe(encodeJson(value));
    expect(most).toBeLessThan(10_000);
  });

  it('sorts no more keys than a slice has room for', () => {
    const inOrder = Object.fromEntries(names.map(name => [name, 1]));
    expect(written(inOrder).text).toBe(encodeJson(inOrder));
    const reversed = Object.fromEntries(names.reverse().map(name => [name, 1]));
    expect(() => written(reversed)).toThrow('a map has too many keys');
    expect(encodeJson(reversed)).toBe(encodeJson(inOrder));
  });
});

describe('fromJs and toJs', () => {
  it('take JavaScript values in and give JSON data out', () => {
    const value = fromJs({
      n: 1,
      i: 2n,
      at: new Date(1000),
      entries: new Map([['k', [undefined]]]),
    });
    expect(evaluate('at.Unix() + i + len(entries.k)', value)).toBe(4n);
    expect(toJs(value)).toEqual({
      n: 1,
      i: 2,
      at: '1970-01-01T00:00:01Z',
      entries: { k: [null] },
    });
  });

  it.each([[new URL('http://localhost')], [() => 1], [Symbol('s')]])(
    'refuse %p',
    value => {
      expect(() => fromJs({ value })).toThrow('cannot enter an expression');
    },
  );

  it('refuse cycles', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => fromJs(cycle)).toThrow('nested too deeply');
  });
});
