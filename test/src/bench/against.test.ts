import { ratios } from './against';

describe('ratios', () => {
  it('divides what stands at the same place in both reports', () => {
    expect(
      ratios(
        { a: 1, b: { c: 3, only: 1 }, text: 'x', zero: 1 },
        { a: 2, b: { c: 2 }, text: 'x', zero: 0 },
      ),
    ).toEqual({ a: 0.5, b: { c: 1.5 }, text: undefined, zero: null });
  });
});
