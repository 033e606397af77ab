import { JsonValue } from 'backstage-plugin-kargo-common';
import { findJsonPath } from './findJsonPath';
import { parseJsonPath } from './parseJsonPath';

const DATA: JsonValue = {
  a: { ok: true },
  l: [1, 2, { n: null }],
  s: 'x<y',
  e: [],
  'k8s.io/x': 7,
  people: [
    { name: 'ann', age: 31 },
    { name: 'bob', age: 29 },
  ],
};

function first(path: string): JsonValue | undefined {
  return findJsonPath(parseJsonPath(path), DATA)[0];
}

describe('a JSONPath', () => {
  it('finds what is deeper before what comes later', () => {
    const found = findJsonPath(parseJsonPath('{..x}'), [
      [{ x: 1 }, { y: { x: 2 } }],
      { x: 3 },
    ]);
    expect(found).toEqual([1, 2, 3]);
  });

  it.each<[string, JsonValue]>([
    ['{$}', DATA],
    ['{$.a.ok}', true],
    ['{.a.ok}', true],
    ["{$['a']['ok']}", true],
    ['{$..ok}', true],
    ['$.a.ok', '$.a.ok'],
    ['pre{$.s}', 'pre'],
    ['{$.l[*]}', 1],
    ['{$.l[0:2]}', 1],
    ['{range $.l[*]}{@}{end}', 1],
    ['{$.a.ok} {$.s}', true],
    ['{$.a.*}', true],
    ['{$.l[-1]}', { n: null }],
    ['{$.l[2].n}', null],
    ['{$.e}', []],
    ['{$.k8s\\.io/x}', 7],
    ["{$['s','a']}", 'x<y'],
    ['{$.l[1,0]}', 2],
    ['{$.l[1:]}', 2],
    ['{$.l[:1]}', 1],
    ['{$.l[-2:-1]}', 2],
    ['{$.l[0:3]}', 1],
    ['{$.people[?(@.name=="bob")].age}', 29],
    ['{$.people[?(@.age > 30)].name}', 'ann'],
    ['{.people[?(@.name)].name}', 'ann'],
    ['{"text"}', 'text'],
    ['{$.e[*]}none', 'none'],
    ['{$.e[*]}{$.s}', 'x<y'],
  ])('%s finds first %j', (path, expected) => {
    expect(first(path)).toEqual(expected);
  });

  it.each([
    '{$.e[*]}',
    '{$.e[0:0]}',
    '{$.l[2:-1]}',
    '{$.l[9:9]}',
    '',
    '{$.people[?(@.nope)]}',
    '{$.people[?(@.age>90)]}',
  ])('%j finds nothing', path => {
    expect(first(path)).toBeUndefined();
  });

  it.each([
    ['{$.missing}', 'missing is not found'],
    ['{$.s} {$.missing}', 'missing is not found'],
    ['{$.a.ok.z}', 'z is not found'],
    ['{$.l.length}', 'length is not found'],
    ['{$.e[0]}', 'out of bounds'],
    ['{$.l[9]}', 'out of bounds'],
    ['{$.l[-4]}', 'out of bounds'],
    ['{$.l[0:9]}', 'out of bounds: index 8, length 3'],
    ['{$.l[:4]}', 'out of bounds: index 3, length 3'],
    ['{$.l[3:4]}', 'out of bounds: index 3, length 3'],
    ['{$.l[-4:]}', 'out of bounds: index -1, length 3'],
    ['{$.l[:-4]}', 'out of bounds: index -2, length 3'],
    ['{$.e[1:]}', 'out of bounds: index 1, length 0'],
    ['{$.e[:1]}', 'out of bounds: index 0, length 0'],
    ['{$.l[2:1]}', 'starting index 2 is greater than ending index 1'],
    ['{$.a[0]}', 'not array or slice'],
    ['{$.l[?(@>1)]}', 'incompatible types'],
    ['{$.toString}', 'toString is not found'],
  ])('%s fails: %s', (path, message) => {
    expect(() => first(path)).toThrow(message);
  });

  it.each([
    ['{', 'unclosed action'],
    ['{$.a', 'unclosed action'],
    ['{$.l[x]}', 'invalid array index'],
    ['{$.l[?(@.a]}', 'unrecognized character in action: "]"'],
    ["{$['a}", 'unterminated quoted string'],
    ['{range $.l[*]}{@}', 'unterminated range'],
    ['{end}', 'nothing to end'],
    [`{$${'.a'.repeat(3_000)}}`, 'at most 4096 characters'],
  ])('%s is none: %s', (path, message) => {
    expect(() => parseJsonPath(path)).toThrow(message);
  });
});
