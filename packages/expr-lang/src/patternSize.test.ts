import { RE2JS } from 're2js';
import { compile } from './evaluate';
import { patternSize } from './patternSize';

jest.setTimeout(60_000);

describe('the size of a regular expression', () => {
  it.each([
    'abc',
    '^v[0-9]+\\.[0-9]+\\.[0-9]+$',
    '^[a-f0-9]{40}$',
    'a{1000}',
    '(abc){300}',
    '((a{10}){10}){10}',
    '(a{0,900}){0,1}b',
    '(a(b|c){20,}){30}',
    '(?i)(?P<name>a|b){50}',
    // What looks like a bracket or a repetition, and is none.
    '(abcdefghij[(]){300}',
    '(abcdefghij[)]){300}',
    '(abcdefghij[]()]){300}',
    '(abcdefghij[^]()]){300}',
    '(abcdefghij[[:alpha:](]){300}',
    '(abcdefghij[\\](]){300}',
    '(abcdefghij\\(){300}',
    '(abcdefghij\\Q((\\E){300}',
    '(\\pL\\p{Greek}[\\PN]){90}',
    '(\\x{41}bc){300}',
    'a{b',
  ])('is told from its text: %s', pattern => {
    const real = RE2JS.compile(pattern).programSize();
    const told = patternSize(pattern);
    // Every program has a beginning and an end.
    expect(told + 5).toBeGreaterThanOrEqual(real);
    expect(told).toBeLessThan(20 * real);
  });

  // Whoever looks ahead to the end each time needs hours for these.
  it.each(['\\x{', '[[:', '(?i)[a-', '\\pL'])(
    'is told in one pass, however often there is %s',
    part => {
      expect(patternSize(part.repeat(200_000))).toBeGreaterThan(200_000);
    },
  );

  it.each(['Ā-ӿ', '\\x{100}-\\x{4ff}', 'x\\--ѐ'])(
    'has what is looked up in both cases in it, once: [%s]',
    range => {
      expect(patternSize(`[${range}]{100}`)).toBeLessThan(700);
      const [once, often] = ['', '{100}'].map(repetition =>
        patternSize(`(?sssssssssssi-m)[${range}]${repetition}`),
      );
      expect(once).toBeGreaterThan(60);
      expect(once).toBeLessThan(100);
      expect(often).toBeLessThan(800);
    },
  );

  it('is limited, of one and of all of an expression', () => {
    const parts = (count: number, size: number) =>
      Array.from({ length: count }, (_, i) => `'x' matches 'a{${size - i}}'`);
    expect(compile(parts(9, 1000).join(' or ')).run({})).toBe(false);
    expect(() => compile(parts(11, 1000).join(' or '))).toThrow(
      'the regular expressions are too large together: more than 10000 instructions',
    );
    // Each takes a while, however small it is.
    const small = Array.from({ length: 1_000 }, (_, i) => `'x' matches '${i}'`);
    expect(() => compile(small.join(' or '))).toThrow('too large together');
    const large = 'a{1000}'.repeat(10);
    expect(() => compile(`'x' matches '${large}'`)).toThrow(
      /regular expressions? (is|are) too large/,
    );
    expect(() => compile('x matches y').run({ x: 'x', y: large })).toThrow(
      'the regular expression is too large: 10010 instructions, of 10000 at most',
    );
  });

  it('is charged to the run that compiles it', () => {
    const source = "count(1..9, 'x' matches ('a{900}' + string(#))) == 0";
    expect(compile(source).run({})).toBe(true);
    expect(() =>
      compile(`${source} and true`.replace('900', '901')).run(
        {},
        { limits: { steps: 100_000 } },
      ),
    ).toThrow('takes too many steps');
  });

  it('counts among the steps of compiling', () => {
    const { compileSteps } = compile("'x' matches 'a{777}'");
    expect(compileSteps).toBeGreaterThan(10_000);
    expect(compile("'x' matches 'a'").compileSteps).toBeLessThan(1_000);
  });
});
