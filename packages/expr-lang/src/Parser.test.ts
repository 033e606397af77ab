import { parse } from './evaluate';
import { isExpressionError } from './errors';
import { printTree } from './printTree';

function tree(source: string): string {
  return printTree(parse(source).root);
}

function failure(source: string): [string, number | undefined] {
  try {
    parse(source);
  } catch (error) {
    if (isExpressionError(error)) return [error.code, error.offset];
    throw error;
  }
  throw new Error(`${source} parses`);
}

describe('Parser', () => {
  it.each<[string, string]>([
    ['a or b and not c', '(or a (and b (not c)))'],
    ['-2 ** 2', '(- (** 2 2))'],
    ['2 ** 3 ** 2', '(** 2 (** 3 2))'],
    ['a - b - c', '(- (- a b) c)'],
    ['!b * 2', '(not (* b 2))'],
    ['not a == b', '(== (not a) b)'],
    ['a not in b', '(not (in a b))'],
    ['a + b ?? c', '(+ a (?? b c))'],
    ['-x ?? 5', '(- (?? x 5))'],
    ['1 < x <= 5', '(< <= 1 x 5)'],
    ['1 .. n + 2', '(.. 1 (+ n 2))'],
    ['c ? a : b | f()', '(if c a (call f b))'],
    ['(c ? a : b) | f()', '(call f (if c a b))'],
    ['a ?: b', '(?: a b)'],
    ['1 + s | len()', '(len: (+ 1 s))'],
    ['a?.b.c[0]', '(. (chain (. (?. a "b") "c")) 0)'],
    ['(a?.b).c', '(chain (. (?. a "b") "c"))'],
    ['a?.[0].b', '(chain (. (?. a 0) "b"))'],
    ['a[1:]', '(slice a 1 _)'],
    ['a.not', '(. a "not")'],
    ['a.b(1)', '(call (. a "b") 1)'],
    ['map(a, {#; .x})', '(map: a (each (do # (. # "x"))))'],
    ['map(a, {{x: #}})', '(map: a (each (map "x" #)))'],
    ['reduce(a, #acc + #, 0)', '(reduce: a (each (+ #acc #)) 0)'],
    ['let x = 1; x', '(let x 1 x)'],
    ['if a {1} else if b {2} else {3}', '(if a 1 (if b 2 3))'],
    ['[1, 2.0, nil,]', '(list 1 2.0 nil)'],
    ['{1.50: b"a"}', '(map "1.50" b[97])'],
    ['::len(a)', '(len: a)'],
    ['1; 2;', '(do 1 2)'],
  ])('reads %s', (source, expected) => {
    expect(tree(source)).toBe(expected);
  });

  it.each<[string, string, number]>([
    ['1 +', 'syntax', 3],
    ['a ?? b + c', 'coalesce-mixed', 7],
    ['n == ?', 'syntax', 5],
    ['a.', 'member-name', 2],
    ["'abc", 'unterminated-literal', 0],
    ["'\\d'", 'escape', 1],
    ["'\\u{}'", 'escape', 1],
    ["'\\u{41'", 'escape', 1],
    ["'\\u{g}'", 'escape', 1],
    ["'\\u{0000041}'", 'escape', 1],
    ["'\\u{110000}'", 'escape', 1],
    ["'\\u12'", 'escape', 1],
    ["'\\x4'", 'escape', 1],
    ["'\\400'", 'escape', 1],
    ["b'\\u0041'", 'escape', 2],
    ['1 + 12x', 'number-literal', 4],
    ['a @ b', 'character', 2],
    ['map(a, #; #)', 'braces-required', 8],
    ['x not == y', 'syntax', 6],
    ['{in: 1}', 'map-key', 1],
    ['1 + /* note', 'comment', 4],
  ])('rejects %s as %s at %i', (source, code, offset) => {
    expect(failure(source)).toEqual([code, offset]);
  });

  it('lets a caller set tighter limits', () => {
    expect(() => parse('1 + 1', { limits: { nodes: 2 } })).toThrow('too many');
    expect(() => parse('((1))', { limits: { nesting: 3 } })).toThrow('deeply');
    expect(() => parse('1 + 1', { limits: { length: 4 } })).toThrow('too long');
  });
});

describe('the length of a source', () => {
  it.each([
    ['parts', '1 '.repeat(60_000), 'too many parts'],
    ['signs that are no parts', '('.repeat(60_000), 'too many parts'],
    ['characters', ' '.repeat(500_001), 'too long'],
  ])('is limited in %s, before it is parsed', (_, source, reason) => {
    expect(() => parse(source)).toThrow(
      expect.objectContaining({
        code: 'source-limit',
        message: expect.stringContaining(reason),
      }),
    );
  });
});
