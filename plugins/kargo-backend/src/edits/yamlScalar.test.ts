import { parse } from 'yaml';
import { ScalarValue } from './ScalarValue';
import { formatYamlScalar } from './yamlScalar';

describe('formatYamlScalar', () => {
  it.each<[ScalarValue, string]>([
    ['v2', 'v2'],
    ['1.10', '"1.10"'],
    ['true', '"true"'],
    ['t', '"t"'],
    ['null', '"null"'],
    ['012', '"012"'],
    ['1e10', '"1e10"'],
    [1.1, '1.1'],
    [true, 'true'],
    [1234567, '1234567'],
    ['yes', '"yes"'],
    ['~', '"~"'],
    ['0x10', '"0x10"'],
    ['0X1F', '"0X1F"'],
    ['-0X1F', '"-0X1F"'],
    ['0B1', '"0B1"'],
    ['0O17', '"0O17"'],
    ['0XY', '0XY'],
    ['2024-01-01', '"2024-01-01"'],
    ['1:30', '"1:30"'],
    ['', '""'],
    ['foo: bar', '"foo: bar"'],
    ['*.x', '"*.x"'],
    ['@x', '"@x"'],
    ['=', '"="'],
    ['<<', '"<<"'],
    ['==', '=='],
    ['# x', '"# x"'],
    ['x # y', '"x # y"'],
    ['&a b', '"&a b"'],
    ['!!str b', '"!!str b"'],
    ['- x', '"- x"'],
    [' x', '" x"'],
    ['two\nlines', '"two\\nlines"'],
    ['--- x', '--- x'],
    ['a\u2028b', '"a\\u2028b"'],
    ['\u0085', '"\\u0085"'],
    ['\u001b[31mred', '"\\u001b[31mred"'],
    ['a\u0007', '"a\\u0007"'],
    ['a\u007fb', '"a\\u007fb"'],
    ['\u0080', '"\\u0080"'],
    ['a\uffff', '"a\\uffff"'],
    ['a\tb', 'a\tb'],
    ['😀', '😀'],
    ['a, b', 'a, b'],
    ['sha256:abc', 'sha256:abc'],
    ['имя', 'имя'],
  ])('writes %j as %s', (value, expected) => {
    expect(formatYamlScalar(value)).toBe(expected);
  });

  it.each(['a\u007f', 'a\u009f', '\ufffe', '\u0001'])(
    'escapes %j in the quotes of the file',
    text => {
      for (const style of ['single', 'double'] as const) {
        const written = formatYamlScalar(text, { style });
        expect(written).toMatch(/^"[ -~]*"$/);
        expect(parse(`a: ${written}\n`)).toEqual({ a: text });
      }
    },
  );

  it('quotes what would end a value inside a flow collection', () => {
    expect(formatYamlScalar('a, b', { inFlow: true })).toBe('"a, b"');
  });

  it.each([
    'v2',
    '1.10',
    'foo: bar',
    'two\nlines',
    "it's",
    '"q"',
    '\u2028',
    '\\',
    '\t',
    '\u007f',
    '\u009f\ufffe',
  ])('reads back %j as it was', text => {
    expect(parse(`a: ${formatYamlScalar(text)}\n`)).toEqual({ a: text });
  });
});
