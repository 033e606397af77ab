import { formatTable } from './formatTable';

describe('formatTable', () => {
  it('makes columns as wide as their widest cell, and no wider than needed', () => {
    expect(
      formatTable([
        ['NAME', 'A', 'AGE'],
        ['production', '', '3d'],
        ['grün', 'x', ''],
      ]),
    ).toBe('NAME         A     AGE\nproduction         3d\ngrün         x\n');
  });

  it('has nothing to say about no rows', () => {
    expect(formatTable([])).toBe('');
  });
});
