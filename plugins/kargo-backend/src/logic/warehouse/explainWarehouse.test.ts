import { Reason, Warehouse } from 'backstage-plugin-kargo-common';
import { aWarehouse, BUILT_AT } from '../../testing/resourceBuilders';
import { CriteriaVerdict, decideWarehouse } from './decideWarehouse';
import { subscriptionHash } from './foldDiscovery';

const [IMAGE] = aWarehouse().spec.subscriptions;

/** What a first pass found; of one tag unless told otherwise. */
function found(tags: string[] = ['v1.0.0']): NonNullable<Warehouse['status']> {
  return {
    subscriptionState: [
      { hash: subscriptionHash(IMAGE), list: 'images', position: 0 },
    ],
    discoveredArtifacts: {
      discoveredAt: BUILT_AT,
      images: [
        {
          repoURL: 'ghcr.io/acme/web',
          references: tags.map(tag => ({
            tag,
            digest: `sha256:${'1'.repeat(64)}`,
          })),
        },
      ],
    },
  };
}

const FAILURE = {
  index: 0,
  subscription: 'image ghcr.io/acme/web',
  message: 'It answered 503',
  attempts: 1,
  failedAt: BUILT_AT,
};
const RECONCILING = {
  type: 'Reconciling',
  status: 'True' as const,
  reason: 'Discovering',
  message: '',
  lastTransitionTime: BUILT_AT,
};
/** The interval of five minutes after what was found. */
const NEXT: Reason = {
  code: 'next-discovery',
  at: '2026-01-01T00:05:00.000Z',
};

function explain(
  over: Parameters<typeof aWarehouse>[0],
  criteria: CriteriaVerdict = { kind: 'none' },
  minimumMs?: number,
) {
  const warehouse = aWarehouse(over);
  return decideWarehouse(warehouse, criteria, BUILT_AT, minimumMs).reasons;
}

describe('explainWarehouse', () => {
  const created: Reason = {
    code: 'creates-freight',
    freight: expect.stringMatching(/^[0-9a-f]{40}$/),
  };

  it.each<
    [string, Parameters<typeof aWarehouse>[0], CriteriaVerdict, Reason[]]
  >([
    ['has never looked', {}, { kind: 'none' }, [{ code: 'discovering' }]],
    [
      'looks again while what it found stays in use',
      { status: { ...found(), conditions: [RECONCILING] } },
      { kind: 'none' },
      [{ code: 'discovering' }, created, NEXT],
    ],
    [
      'makes Freight of what it found',
      { status: found() },
      { kind: 'none' },
      [created, NEXT],
    ],
    [
      'makes Freight that satisfies the criteria',
      { status: found() },
      { kind: 'satisfied' },
      [created, NEXT],
    ],
    [
      'makes none that does not',
      { status: found() },
      { kind: 'unsatisfied' },
      [{ code: 'criteria-unsatisfied' }, NEXT],
    ],
    [
      'cannot evaluate the criteria',
      { status: found() },
      { kind: 'error', message: 'line 1: unknown name' },
      [{ code: 'criteria-failed', error: 'line 1: unknown name' }, NEXT],
    ],
    [
      'leaves making Freight to people',
      { spec: { freightCreationPolicy: 'Manual' }, status: found() },
      { kind: 'none' },
      [{ code: 'manual-policy' }, NEXT],
    ],
    [
      'found nothing',
      { status: found([]) },
      { kind: 'none' },
      [
        {
          code: 'missing-artifacts',
          error: expect.stringContaining('ghcr.io/acme/web'),
        },
        NEXT,
      ],
    ],
    [
      'has not read a subscription yet',
      { status: { ...found(), subscriptionState: [] } },
      { kind: 'none' },
      [
        {
          code: 'unread-subscriptions',
          error:
            'No Freight is made before spec.subscriptions[0] has been read',
        },
        NEXT,
      ],
    ],
    [
      'could not read a subscription and tries again before the interval is over',
      {
        status: {
          ...found(),
          subscriptionFailures: [
            { ...FAILURE, retryAt: '2026-01-01T00:01:00Z' },
          ],
        },
      },
      { kind: 'none' },
      [
        {
          code: 'subscription-failed',
          subscription: 'image ghcr.io/acme/web',
          error: 'It answered 503',
          retryAt: '2026-01-01T00:01:00Z',
        },
        created,
        { code: 'next-discovery', at: '2026-01-01T00:01:00.000Z' },
      ],
    ],
    [
      'could not read any of its subscriptions and tries them later than its interval',
      {
        status: {
          ...found(),
          subscriptionFailures: [
            { ...FAILURE, retryAt: '2026-01-01T00:10:00Z' },
          ],
        },
      },
      { kind: 'none' },
      [
        {
          code: 'subscription-failed',
          subscription: 'image ghcr.io/acme/web',
          error: 'It answered 503',
          retryAt: '2026-01-01T00:10:00Z',
        },
        created,
        { code: 'next-discovery', at: '2026-01-01T00:10:00.000Z' },
      ],
    ],
    [
      'could not read any of its subscriptions from the start',
      {
        status: {
          subscriptionState: [{ hash: subscriptionHash(IMAGE) }],
          subscriptionFailures: [
            { ...FAILURE, retryAt: '2026-01-01T00:00:10Z' },
          ],
        },
      },
      { kind: 'none' },
      [
        {
          code: 'subscription-failed',
          subscription: 'image ghcr.io/acme/web',
          error: 'It answered 503',
          retryAt: '2026-01-01T00:00:10Z',
        },
        { code: 'missing-artifacts', error: 'No artifacts discovered' },
        { code: 'next-discovery', at: '2026-01-01T00:00:10.000Z' },
      ],
    ],
    [
      'could not read a subscription and waits for the interval',
      { status: { ...found(), subscriptionFailures: [FAILURE] } },
      { kind: 'none' },
      [
        {
          code: 'subscription-failed',
          subscription: 'image ghcr.io/acme/web',
          error: 'It answered 503',
        },
        created,
        NEXT,
      ],
    ],
    [
      'could not read a subscription of which it never found anything, once',
      { status: { ...found([]), subscriptionFailures: [FAILURE] } },
      { kind: 'none' },
      [
        {
          code: 'subscription-failed',
          subscription: 'image ghcr.io/acme/web',
          error: 'It answered 503',
        },
        {
          code: 'missing-artifacts',
          error: expect.not.stringContaining('It answered 503'),
        },
        NEXT,
      ],
    ],
  ])('tells that it %s', (_, over, criteria, reasons) => {
    expect(explain(over, criteria)).toEqual(reasons);
  });

  it("tells the operator's interval where that is longer", () => {
    expect(
      explain({ status: found() }, { kind: 'none' }, 600_000),
    ).toContainEqual({
      code: 'next-discovery',
      at: '2026-01-01T00:10:00.000Z',
    });
  });
});
