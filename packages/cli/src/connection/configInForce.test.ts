import { readFlag } from './configInForce';

describe('a variable of the environment', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['1', true],
    ['t', true],
    ['true', true],
    ['TRUE', true],
    ['0', false],
    ['false', false],
    ['no', false],
    ['yes', false],
  ])('%p says %p', (value, flag) => {
    expect(readFlag(value)).toBe(flag);
  });
});
