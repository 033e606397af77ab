import { countTurns } from '../../testing/countTurns';
import { inBatches } from './inBatches';

describe('rows in batches', () => {
  it.each([
    [0, [], 0],
    [3, [3], 0],
    [7, [3, 3, 1], 2],
  ])(
    'writes %i in statements of %j, with %i turns between them',
    async (count, statements, turns) => {
      const rows = Array.from({ length: count }, (_, index) => index);
      const written: number[][] = [];
      const counted = await countTurns(() =>
        inBatches(rows, 3, async some => written.push(some)),
      );
      expect(written.map(({ length }) => length)).toEqual(statements);
      expect(written.flat()).toEqual(rows);
      expect(counted).toBe(turns);
    },
  );
});
