import { aFreight, NOW_MS } from '../../dev/testing/builders';
import { freightViews, isFoundSince, withoutUnused } from './freightModel';

/** Freight, newest first, with whether it runs somewhere. */
function shown(
  ...freight: Array<[name: string, origin: string, runs: boolean]>
) {
  const cards = freightViews(
    freight.map(([name, warehouse, runs]) =>
      aFreight(name, {
        warehouse,
        ...(runs && { status: { currentlyIn: { test: {} } } }),
      }),
    ),
    ['test'],
  );
  return withoutUnused(cards).map(({ name }) => name);
}

describe('what was left behind', () => {
  it('is what runs nowhere and is older than what runs', () => {
    expect(
      shown(
        ['new', 'web', false],
        ['here', 'web', true],
        ['passed', 'web', false],
        ['there', 'web', true],
        ['old', 'web', false],
      ),
    ).toEqual(['new', 'here', 'there']);
  });

  it('is told for each Warehouse by itself', () => {
    expect(shown(['here', 'web', true], ['text', 'docs', false])).toEqual([
      'here',
      'text',
    ]);
  });

  it('is nothing where nothing runs', () => {
    expect(shown(['b', 'web', false], ['a', 'web', false])).toEqual(['b', 'a']);
  });
});

it('knows Freight that was found since a time', () => {
  const freight = aFreight('f1', { minutesOld: 60 });
  const hoursAgo = (hours: number) => NOW_MS - hours * 3_600_000;
  expect(isFoundSince(freight, hoursAgo(2))).toBe(true);
  expect(isFoundSince(freight, hoursAgo(0.5))).toBe(false);
});
