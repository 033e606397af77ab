import { inOneTurn } from '../testing/inOneTurn';
import {
  distinctInSlices,
  filterInSlices,
  findFirstInSlices,
  mapInSlices,
  Slices,
  someInSlices,
  sortInSlices,
} from './slices';

/** Numbers below 50 in an order that does not change; each with its place. */
const items = Array.from({ length: 5_000 }, (_, place) => ({
  size: (place * 7_919) % 50,
  place,
}));
type Item = (typeof items)[number];
const bySize = (a: Item, b: Item) => a.size - b.size;

describe('work in slices', () => {
  it.each([0, 1, 2, 511, 512, 513, 1_024, 1_025, 5_000])(
    'sorts %i items as a sort at once does',
    count => {
      const some = items.slice(0, count);
      expect(inOneTurn(sortInSlices(some, bySize))).toEqual(
        some.toSorted(bySize),
      );
      expect(inOneTurn(findFirstInSlices(some, bySize))).toBe(
        some.toSorted(bySize).at(0),
      );
    },
  );

  it('filters, maps, looks for one and leaves out what is there twice', () => {
    const isOdd = ({ size }: Item) => size % 2 === 1;
    expect(inOneTurn(filterInSlices(items, isOdd))).toEqual(
      items.filter(isOdd),
    );
    expect(inOneTurn(someInSlices(items, ({ place }) => place === 4_999))).toBe(
      true,
    );
    expect(inOneTurn(someInSlices(items, ({ place }) => place < 0))).toBe(
      false,
    );
    expect(
      inOneTurn(mapInSlices([1, 2, 3], n => (n === 2 ? undefined : n * 10))),
    ).toEqual([10, 30]);
    expect(inOneTurn(distinctInSlices(['b', 'a', 'b']))).toEqual(['b', 'a']);
  });

  it.each<[string, (compare: typeof bySize) => Slices<unknown>]>([
    ['sorting', compare => sortInSlices(items, compare)],
    ['finding the first', compare => findFirstInSlices(items, compare)],
    [
      'filtering',
      compare => filterInSlices(items, item => compare(item, item) === 0),
    ],
    [
      'looking for one',
      compare => someInSlices(items, item => compare(item, item) !== 0),
    ],
    ['mapping', compare => mapInSlices(items, item => compare(item, item))],
  ])('does little in one step of %s', (_, start) => {
    let compared = 0;
    const work = start((a, b) => {
      compared += 1;
      return bySize(a, b);
    });
    let most = 0;
    for (let step = work.next(); !step.done; step = work.next()) {
      most = Math.max(most, compared);
      compared = 0;
    }
    // As many as sorting 512 takes at most.
    expect(most).toBeLessThan(512 * 10);
    expect(compared).toBeLessThan(512 * 10);
  });
});
