import { plainScalar, ScalarValue, taggedScalar } from './yamlScalar';

describe('plainScalar', () => {
  it.each<[string, ScalarValue]>([
    ['yes', true],
    ['On', true],
    ['y', true],
    ['NO', false],
    ['yEs', 'yEs'],
    ['', null],
    ['~', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['0', 0],
    ['-7', -7],
    ['+7', 7],
    ['012', 10],
    ['0o12', 10],
    ['0O17', 15],
    ['0x1f', 31],
    ['-0X1F', -31],
    ['0b101', 5],
    ['1_000', 1000],
    ['08', 8],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1e400', '1e400'],
    ['0x', '0x'],
    ['0xg', '0xg'],
    ['18446744073709551616', 18446744073709551616],
    ['18446744073709551615', 18446744073709551615],
    ['-9223372036854775808', -9223372036854775808],
    ['-9223372036854775809', -9223372036854775809],
    ['0xffffffffffffffff', 18446744073709551615],
    ['0x10000000000000000', '0x10000000000000000'],
    ['-0x8000000000000000', -9223372036854775808],
    ['-0x8000000000000001', '-0x8000000000000001'],
    ['._5', '._5'],
    ['_5', '_5'],
    ['1_0.5_0', 10.5],
    ['1.2.3', '1.2.3'],
    ['v1', 'v1'],
    ['2024-01-01', '2024-01-01'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
    ['1:30', '1:30'],
    ['-', '-'],
    ['1'.repeat(5000), '1'.repeat(5000)],
  ])('takes %s for %j', (text, value) => {
    expect(plainScalar(text)).toBe(value);
  });

  it('knows what is no number', () => {
    expect(plainScalar('.nan')).toBeNaN();
    expect(plainScalar('-.inf')).toBe(-Infinity);
  });
});

describe('taggedScalar', () => {
  it.each<[string, string, ScalarValue | undefined]>([
    ['int', '5', 5],
    ['int', 'x', undefined],
    ['float', '1', 1],
    ['bool', 'yes', true],
    ['bool', '1', undefined],
    ['null', '', null],
    ['null', 'x', undefined],
    ['binary', 'aGk=', 'hi'],
    ['binary', 'a', undefined],
    ['timestamp', '2024-01-01', '2024-01-01'],
  ])('of !!%s %j makes %j', (tag, text, value) => {
    expect(taggedScalar(tag, text)).toBe(value);
  });
});
