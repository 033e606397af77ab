import { aWarehouse } from '../../testing/resourceBuilders';
import { SubscriptionOutcome } from './foldDiscovery';
import { foldWithRoom } from './foldWithRoom';

const KIB = 1024;

function found(kib: number): SubscriptionOutcome {
  const annotations = { long: 'x'.repeat(kib * KIB) };
  return {
    kind: 'found',
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

describe('foldWithRoom', () => {
  it('fails those that found the most, as many as there is no room for', () => {
    const sizes = [600, 900, 700, 800];
    const { spec } = aWarehouse();
    const { subscriptionFailures = [] } = foldWithRoom(
      aWarehouse({
        spec: { subscriptions: sizes.map(() => spec.subscriptions[0]) },
      }),
      {
        names: sizes.map(size => `${size} KiB`),
        outcomes: sizes.map(found),
        now: '2026-01-01T00:00:00Z',
      },
    );
    expect(subscriptionFailures.map(({ index }) => sizes[index])).toEqual([
      900, 800,
    ]);
    expect(subscriptionFailures[0].message).toContain(
      'lower its discoveryLimit',
    );
  });
});
