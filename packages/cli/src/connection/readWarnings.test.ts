import { readWarnings } from './readWarnings';

describe('readWarnings', () => {
  it.each([
    [null, []],
    ['', []],
    ['299 - "one"', ['one']],
    ['299 - "one", 299 - "two, three"', ['one', 'two, three']],
    ['299 - "expected \\"a\\" or \\\\"', ['expected "a" or \\']],
    ['nonsense', []],
  ])('of %s reads %j', (header, texts) => {
    expect(readWarnings(header)).toEqual(texts);
  });
});
