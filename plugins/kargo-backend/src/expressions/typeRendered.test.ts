import { JsonValue } from 'backstage-plugin-kargo-common';
import { typeRendered } from './typeRendered';

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
    ['1.10', 1.1],
    ['007', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['1e5', 100000],
    ['1_000', 1000],
    ['0x1p4', 16],
    ['0x10', '0x10'],
    ['1e999', '1e999'],
    ['1.2.3', '1.2.3'],
    ['+1', 1],
    ['Infinity', Infinity],
    ['-inf', -Infinity],
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
    expect(typeRendered(rendered)).toEqual(value);
  });

  it('reads not-a-number', () => {
    expect(typeRendered('NaN')).toBeNaN();
  });

  it('keeps special keys as plain data', () => {
    const value = typeRendered('{"__proto__": {"polluted": true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  it('refuses values that are nested too deeply', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(typeRendered(nested(1000))).toHaveLength(1);
    expect(() => typeRendered(nested(200_000))).toThrow(
      expect.objectContaining({ stage: 'encode' }),
    );
  });

  it('takes time in proportion to the length', () => {
    const blanks = ' '.repeat(500_000);
    expect(typeRendered(`a${blanks}b`)).toHaveLength(500_002);
    expect(typeRendered(`${blanks}x`)).toHaveLength(500_001);
    expect(typeRendered(`1${'_1'.repeat(200_000)}x`)).toHaveLength(400_002);
  });
});
