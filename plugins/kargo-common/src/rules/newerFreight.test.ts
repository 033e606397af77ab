import { Freight, FreightStatus } from '../model/Freight';
import { Stage } from '../model/Stage';
import { groupByOrigin, newerFreight } from './newerFreight';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const WEB = { kind: 'Warehouse', name: 'web' } as const;
const VERIFIED: FreightStatus = {
  verifiedIn: { test: { verifiedAt: '2026-03-01T10:00:00Z' } },
};

function metadata(name: string) {
  return {
    name,
    namespace: 'shop',
    uid: name,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-03-01T00:00:00Z',
  };
}

/** Freight that was found on a day of March. */
function aFreight(day: number, status: FreightStatus = {}): Freight {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: metadata(`f${day}`),
    origin: WEB,
    discoveredAt: `2026-03-0${day}T00:00:00Z`,
    status,
  };
}

/** Stage `prod` behind `test`, which holds Freight. */
function holding(name?: string): Stage {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: metadata('prod'),
    spec: {
      requestedFreight: [{ origin: WEB, sources: { stages: ['test'] } }],
    },
    status: {
      ...(name && {
        freightHistory: [
          { id: name, items: { 'Warehouse/web': { name, origin: WEB } } },
        ],
      }),
    },
  };
}

describe('newerFreight', () => {
  it.each<[string, string | undefined, Freight[], object[]]>([
    ['there is none', 'f1', [aFreight(1)], []],
    ['it holds the newest', 'f3', [aFreight(1), aFreight(3)], []],
    [
      'none may enter: the newest of all',
      'f1',
      [aFreight(1), aFreight(2), aFreight(3)],
      [{ freight: 'f3', count: 2, isAvailable: false }],
    ],
    [
      'some may enter: the newest of those',
      'f1',
      [aFreight(1), aFreight(2, VERIFIED), aFreight(3, VERIFIED), aFreight(4)],
      [{ freight: 'f3', count: 2, isAvailable: true }],
    ],
    [
      'what may enter is older than what it holds',
      'f2',
      [aFreight(1, VERIFIED), aFreight(2), aFreight(3)],
      [{ freight: 'f3', count: 1, isAvailable: false }],
    ],
    [
      'it holds nothing',
      undefined,
      [aFreight(1), aFreight(2, VERIFIED)],
      [{ freight: 'f2', count: 2, isAvailable: true }],
    ],
    [
      'what it holds is gone',
      'gone',
      [aFreight(1), aFreight(2)],
      [{ freight: 'f2', count: 2, isAvailable: false }],
    ],
  ])('where %s', (_, held, freight, expected) => {
    const found = newerFreight(holding(held), groupByOrigin(freight), NOW);
    expect(
      found.map(({ freight: { metadata: own }, ...rest }) => ({
        ...rest,
        freight: own.name,
      })),
    ).toEqual(expected.map(each => ({ origin: 'web', ...each })));
  });
});
