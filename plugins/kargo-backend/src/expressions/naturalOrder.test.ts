import { compareNaturally } from './naturalOrder';

describe('compareNaturally', () => {
  it.each<string[][]>([
    [['a1', 'a2', 'a10', 'a100']],
    [['A', 'B', 'a', 'b']],
    [['', '_', '1', 'A', 'a']],
    [['a', 'a-b', 'aA', 'ab']],
    [['1a', '12', '12a', '100']],
    [['a1b', 'a1c', 'a12']],
    [['a1', 'a01', 'a2', 'a02']],
    [['a100', 'a101', 'a1000', 'a1001']],
    [['v1.2.3', 'v1.2.10', 'v1.10.0']],
    [['x99999999999999999998', 'x99999999999999999999']],
    [['a', 'z', 'ä', 'é']],
  ])('%j', sorted => {
    for (let i = 0; i < sorted.length; i++) {
      for (let j = 0; j < sorted.length; j++) {
        const order = Math.sign(compareNaturally(sorted[i], sorted[j]));
        expect([sorted[i], sorted[j], order]).toEqual([
          sorted[i],
          sorted[j],
          Math.sign(i - j),
        ]);
      }
    }
  });
});
