import { Freight } from '../model/Freight';
import { compareNewestFreight, freightBetween } from './freightOrder';

function aFreight(name: string, minute: number, warehouse = 'web'): Freight {
  const time = new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString();
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-03-01T00:00:00Z',
    },
    discoveredAt: time,
    origin: { kind: 'Warehouse', name: warehouse },
  };
}

const all = [
  aFreight('a', 1),
  aFreight('b', 2),
  aFreight('c', 2),
  aFreight('x', 2, 'other'),
  aFreight('d', 3),
  aFreight('e', 4),
];
const [a, , , x, d, e] = all;

describe('compareNewestFreight', () => {
  it('sorts by discovery, newest first, and equals by name descending', () => {
    expect(
      [...all].sort(compareNewestFreight).map(f => f.metadata.name),
    ).toEqual(['e', 'd', 'x', 'c', 'b', 'a']);
  });

  it('falls back to the creation time', () => {
    const undated = { ...aFreight('z', 0), discoveredAt: undefined };
    expect(compareNewestFreight(undated, a)).toBeGreaterThan(0);
  });
});

describe('freightBetween', () => {
  it.each<[string, Freight, Freight, string[]]>([
    ['what a promotion forward passes over', a, e, ['d', 'c', 'b']],
    ['the same for the way back', e, a, ['d', 'c', 'b']],
    ['nothing between neighbours', d, e, []],
    ['nothing between Freight of different origins', x, e, []],
    ['nothing between Freight and itself', d, d, []],
  ])('finds %s', (_, one, other, names) => {
    expect(freightBetween(all, one, other).map(f => f.metadata.name)).toEqual(
      names,
    );
  });
});
