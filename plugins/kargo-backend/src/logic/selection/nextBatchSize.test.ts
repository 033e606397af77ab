import { nextBatchSize } from './nextBatchSize';

describe('nextBatchSize', () => {
  it('starts at the limit and doubles up to a thousand', () => {
    const sizes: number[] = [];
    for (let i = 0; i < 8; i++) sizes.push(nextBatchSize(20, sizes[i - 1]));
    expect(sizes).toEqual([20, 40, 80, 160, 320, 640, 1000, 1000]);
  });
});
