import { parseNumber } from './numbers';
import { formatFloat } from './text/formatFloat';

describe('parseNumber', () => {
  it.each<[string, number | undefined]>([
    ['42', 42],
    ['+42', 42],
    ['-42', -42],
    ['007', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['1e5', 100000],
    ['1_000', 1000],
    ['1__0', undefined],
    ['_1', undefined],
    ['1_', undefined],
    ['1.1.1', undefined],
    ['1e999', undefined],
    ['0x10', undefined],
    ['0x1p4', 16],
    ['0x_1p4', 16],
    ['-0x1.8p1', -3],
    ['0x.8p0', 0.5],
    ['0x1p-1074', 5e-324],
    ['0x1p-1075', 0],
    ['0x1p1024', undefined],
    ['0x1.fffffffffffff8p0', 2],
    // Halves go to the even neighbour.
    ['0x1.00000000000008p0', 1],
    ['0x1.000000000000080000001p0', 1 + 2 ** -52],
    ['0x1.00000000000018p0', 1 + 2 ** -51],
    ['0x1.8p-1074', 1e-323],
    ['0x1.8p-1075', 5e-324],
    ['0x10000000000000p-52', 1],
    ['0x0p5', 0],
    ['0x1p-1200', 0],
    ['0x1p1023', 2 ** 1023],
    ['0x1p1200', undefined],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['nan', NaN],
    ['+nan', undefined],
    [' 1', undefined],
    ['', undefined],
    ['.', undefined],
    ['e5', undefined],
    ['1e', undefined],
  ])('reads %j', (text, expected) => {
    expect(parseNumber(text)).toBe(expected);
  });
});

it('judges a long text in one look', () => {
  // Fails by never coming to an end.
  const digits = '1'.repeat(200_000);
  expect(parseNumber(`${digits}x`)).toBeUndefined();
  expect(parseNumber(`0x${digits}x`)).toBeUndefined();
  expect(parseNumber(`0.${digits}`)).toBeCloseTo(0.111);
});

describe('formatFloat', () => {
  it.each<[number, string]>([
    [1, '1'],
    [100000, '100000'],
    [999999.5, '999999.5'],
    [1000000, '1e+06'],
    [1234567.5, '1.2345675e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1e100, '1e+100'],
    [-0, '-0'],
    [NaN, 'NaN'],
    [-Infinity, '-Inf'],
  ])('prints %p', (value, expected) => {
    expect(formatFloat(value)).toBe(expected);
  });
});
