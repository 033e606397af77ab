import { aWarehouse } from '../../testing/resourceBuilders';
import { SubscriptionOutcome } from './foldDiscovery';
import { foldWithRoom } from './foldWithRoom';

const KIB = 1024;

/** What takes so many KiB, and carries over as many more to the next time. */
function found(kib: number, carriedOver = 0): SubscriptionOutcome {
  const annotations = { long: 'x'.repeat(kib * KIB) };
  return {
    kind: 'found',
    ...(carriedOver > 0 && { state: 'x'.repeat(carriedOver * KIB) }),
    discovery: {
      kind: 'image',
      result: {
        repoURL: 'ghcr.io/acme/web',
        platform: '',
        references: [{ tag: '1.0.0', digest: 'sha256:1', annotations }],
      },
    },
  };
}

function fold(outcomes: SubscriptionOutcome[]) {
  const { spec } = aWarehouse();
  return foldWithRoom(
    aWarehouse({
      spec: { subscriptions: outcomes.map(() => spec.subscriptions[0]) },
    }),
    {
      names: outcomes.map((_, index) => `${index}`),
      outcomes,
      now: '2026-01-01T00:00:00Z',
    },
  );
}

describe('foldWithRoom', () => {
  it('carries over as much as there is room for, the largest last', () => {
    const { subscriptionState = [], subscriptionFailures } = fold([
      found(100, 300),
      found(100, 700),
      found(100, 500),
    ]);
    expect(subscriptionFailures).toBeUndefined();
    expect(
      subscriptionState.map(memory => Object.hasOwn(memory as object, 'state')),
    ).toEqual([true, false, true]);
  });

  it('fails those that found the most, as many as there is no room for', () => {
    const sizes = [600, 900, 700, 800];
    const { subscriptionFailures = [] } = fold(sizes.map(size => found(size)));
    expect(subscriptionFailures.map(({ index }) => sizes[index])).toEqual([
      900, 800,
    ]);
    expect(subscriptionFailures[0].message).toContain(
      'lower its discoveryLimit',
    );
  });
});
