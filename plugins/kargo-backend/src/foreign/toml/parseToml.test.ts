import { DATA_LIMITS } from '../limits';
import { parseToml } from './parseToml';

describe('parseToml', () => {
  it('reads every kind of value and of table', () => {
    expect(
      parseToml(
        'a = "x"\nb = 1.5\none = 1.0\nnone = inf\nc = true\nbig = 9223372036854775807\nday = 2024-01-01\nat = 2024-01-01 10:00:00z\nlist = [1, {x = 2}]\np.q = 1\n[t]\nk = 0x10\n[[s]]\nn = 1\n[s.sub]\nm = 2\n[[s]]\nn = 3\n',
        DATA_LIMITS,
      ),
    ).toEqual({
      a: 'x',
      b: 1.5,
      one: 1,
      none: Infinity,
      c: true,
      big: '9223372036854775807',
      day: '2024-01-01',
      at: '2024-01-01T10:00:00Z',
      list: [1n, { x: 2n }],
      p: { q: 1n },
      t: { k: 16n },
      s: [{ n: 1n, sub: { m: 2n } }, { n: 3n }],
    });
  });

  it.each([
    ['a text that is none', 'a = secret', /^not valid TOML at line 1, column/],
    ['a key that stands twice', 'a = 1\na = 2', /^not valid TOML at line/],
    [
      'what is nested too deep',
      `a = ${'['.repeat(150)}${']'.repeat(150)}`,
      /deep/,
    ],
    ['what is nested far too deep', `a = ${'['.repeat(50_000)}`, /deep|TOML/],
  ])('refuses %s and shows nothing of it', (_, text, message) => {
    expect(() => parseToml(text, DATA_LIMITS)).toThrow(message);
    expect(() => parseToml(text, DATA_LIMITS)).not.toThrow(/secret/);
  });

  it('keeps a member named __proto__ a member', () => {
    const value = parseToml('__proto__ = 1\n', DATA_LIMITS);
    expect(Object.keys(value as object)).toEqual(['__proto__']);
  });
});
