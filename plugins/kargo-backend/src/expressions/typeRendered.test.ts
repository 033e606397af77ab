import { JsonValue } from 'backstage-plugin-kargo-common';
import { atOnce, JsonAnswer } from './Paced';
import { textRendered, typeRendered } from './typeRendered';

const typed = (rendered: string) => atOnce(typeRendered(rendered));

describe('typeRendered', () => {
  it.each<[string, JsonValue]>([
    ['', ''],
    ['\n', '\n'],
    ['text', 'text'],
    ['text\n', 'text\n'],
    // Between double quotes nothing is unescaped.
    ['"42"', '42'],
    ['"42"\n', '42\n'],
    ['""', ''],
    ['"', '"'],
    ['"a" and "b"', 'a" and "b'],
    ['"a\\nb"', 'a\\nb'],
    ['42', 42],
    ['42\n', 42],
    ['42\n\n', 42],
    ['0', 0],
    ['1', 1],
    ['-3', -3],
    ['1.5', 1.5],
    ['1234567', 1234567],
    ['1e+21', 1e21],
    ['1.5e-7', 1.5e-7],
    [' 42 ', 42],
    // What would print in another way is a text.
    ['1.10', '1.10'],
    ['1.0', '1.0'],
    ['7e10', '7e10'],
    ['1e5', '1e5'],
    ['0123', '0123'],
    ['007', '007'],
    ['00000000', '00000000'],
    ['1_000', '1_000'],
    ['.5', '.5'],
    ['5.', '5.'],
    ['+1', '+1'],
    ['0x10', '0x10'],
    ['0x1p4', '0x1p4'],
    ['9007199254740992', 9007199254740992],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['0.1000000000000000055', '0.1000000000000000055'],
    ['1e999', '1e999'],
    [' 1.10', ' 1.10'],
    ['1.10\n', '1.10\n'],
    ['1.2.3', '1.2.3'],
    ['Infinity', 'Infinity'],
    ['-inf', '-inf'],
    ['NaN', 'NaN'],
    ['t', true],
    ['F', false],
    ['True', true],
    ['yes', 'yes'],
    [' true ', true],
    [' t ', ' t '],
    ['null', null],
    ['null\n', null],
    ['nil', 'nil'],
    ['{"a": [1, "x"]}', { a: [1, 'x'] }],
    ['[1,]', '[1,]'],
    ['[1e999]', '[1e999]'],
    ['{a: 1}', '{a: 1}'],
    [' "a" ', 'a'],
    ['false negatives', 'false negatives'],
    ['null and void', 'null and void'],
    ['\u00a0null', '\u00a0null'],
  ])('%j is %j', (rendered, value) => {
    expect(typed(rendered)).toEqual(value);
  });

  it('keeps special keys as plain data', () => {
    const value = typed('{"__proto__": {"polluted": true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  it('refuses values that are nested too deeply', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(typed(nested(1000))).toHaveLength(1);
    expect(() => typed(nested(200_000))).toThrow(
      expect.objectContaining({ stage: 'encode' }),
    );
  });

  it('stops at what takes long to read, and takes what it is answered', () => {
    const long = `[${'1,'.repeat(40_000)}1]`;
    const answered = (answer: JsonAnswer) => {
      const typing = typeRendered(` ${long}\n`);
      expect(typing.next().value).toEqual({ kind: 'json', text: long });
      return typing.next(answer).value;
    };
    expect(answered({ value: [1] })).toEqual([1]);
    expect(answered({ value: [Infinity] })).toBe(` ${long}\n`);
    expect(answered({})).toBe(` ${long}\n`);
    expect(() => answered({ refused: 'it has more than 9 values' })).toThrow(
      'the rendered JSON: it has more than 9 values',
    );
  });

  it('takes time in proportion to the length', () => {
    const blanks = ' '.repeat(500_000);
    expect(typed(`a${blanks}b`)).toHaveLength(500_002);
    expect(typed(`${blanks}x`)).toHaveLength(500_001);
    expect(typed(`1${'_1'.repeat(200_000)}x`)).toHaveLength(400_002);
  });
});

describe('textRendered', () => {
  it.each([
    ['1.10', '1.10'],
    ['{"a":1}', '{"a":1}'],
    ['true\n', 'true\n'],
    ['null', 'null'],
    ['"42"', '42'],
    ['"42"\n', '42\n'],
    ['', ''],
    ['"', '"'],
  ])('%j is the text %j', (rendered, text) => {
    expect(textRendered(rendered)).toBe(text);
  });
});
