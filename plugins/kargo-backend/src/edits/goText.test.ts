import { formatGoNumber, formatGoValue, looksTyped } from './goText';

describe('looksTyped', () => {
  it.each([
    '1.10',
    '42',
    '-1',
    '1e10',
    '.5',
    '5.',
    '0x1p-2',
    'inf',
    '+Infinity',
    'NaN',
    't',
    'F',
    'True',
    'null',
    '{"a":1}',
    '[]',
    '"x"',
    '012',
    '1_000',
  ])('holds for %j', text => {
    expect(looksTyped(text)).toBe(true);
  });

  it.each([
    'v1',
    '',
    'yes',
    '0x10',
    '2024-01-01',
    '~',
    '1.2.3',
    'tRue',
    '1__0',
    '_1',
    '1e',
    '+nan',
    'foo: bar',
  ])('does not hold for %j', text => {
    expect(looksTyped(text)).toBe(false);
  });
});

describe('formatGoNumber', () => {
  it.each<[number, string]>([
    [1.1, '1.1'],
    [100000, '100000'],
    [1234567, '1234567'],
    [1e21, '1000000000000000000000'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [0.0001, '0.0001'],
    [-3, '-3'],
    [0, '0'],
  ])('writes %j as %s', (value, expected) => {
    expect(formatGoNumber(value)).toBe(expected);
  });
});

describe('formatGoValue', () => {
  it.each<[string | number | boolean, string]>([
    ['v2', 'v2'],
    ['1.10', '"1.10"'],
    [true, 'true'],
    ['true', '"true"'],
    ['{"a":1}', '"{\\"a\\":1}"'],
    [7, '7'],
  ])('writes %j as %s', (value, expected) => {
    expect(formatGoValue(value)).toBe(expected);
  });
});
