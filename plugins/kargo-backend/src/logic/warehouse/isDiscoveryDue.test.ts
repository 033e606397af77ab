import { Warehouse } from 'backstage-plugin-kargo-common';
import { aWarehouse } from '../../testing/resourceBuilders';
import { discoveryDelay, isDiscoveryDue } from './isDiscoveryDue';

const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);
const MINUTE = 60_000;
const discovered = (
  status: Warehouse['status'] = {},
): NonNullable<Warehouse['status']> => ({
  observedGeneration: 1,
  discoveredArtifacts: { discoveredAt: '2026-01-01T10:00:00Z' },
  ...status,
});
const failure = (retryAt: string) => ({
  index: 0,
  subscription: 'image x',
  message: 'down',
  attempts: 1,
  failedAt: '2026-01-01T10:00:00Z',
  retryAt: `2026-01-01T${retryAt}Z`,
});
const [IMAGE] = aWarehouse().spec.subscriptions;
const TWO = [
  IMAGE,
  { image: { ...IMAGE.image!, repoURL: 'ghcr.io/acme/other' } },
];
const REFRESH = 'kargo.akuity.io/refresh';

describe('isDiscoveryDue', () => {
  it.each<[string, Warehouse, string, string | undefined]>([
    ['it never ran', aWarehouse(), '10:00:00', 'never-ran'],
    [
      'it ran a moment ago',
      aWarehouse({ status: discovered() }),
      '10:04:59',
      undefined,
    ],
    [
      'the interval is over',
      aWarehouse({ status: discovered() }),
      '10:05:00',
      'interval-elapsed',
    ],
    [
      'the clock was set back further than an interval',
      aWarehouse({ status: discovered() }),
      '09:55:00',
      'interval-elapsed',
    ],
    [
      'the clock of the replica before was ahead of ours',
      aWarehouse({ status: discovered() }),
      '09:59:00',
      undefined,
    ],
    [
      'the spec changed',
      aWarehouse({ metadata: { generation: 2 }, status: discovered() }),
      '10:00:01',
      'spec-changed',
    ],
    [
      'somebody asked',
      aWarehouse({
        metadata: { annotations: { [REFRESH]: 'b' } },
        status: discovered({ lastHandledRefresh: 'a' }),
      }),
      '10:00:01',
      'refresh-requested',
    ],
    [
      'what somebody asked was done',
      aWarehouse({
        metadata: { annotations: { [REFRESH]: 'a' } },
        status: discovered({ lastHandledRefresh: 'a' }),
      }),
      '10:00:01',
      undefined,
    ],
    [
      'a subscription failed and its time has come',
      aWarehouse({
        status: discovered({ subscriptionFailures: [failure('10:00:02')] }),
      }),
      '10:00:02',
      'retry-due',
    ],
    [
      'a subscription failed and the interval of all is over, too',
      aWarehouse({
        spec: { subscriptions: TWO },
        status: discovered({ subscriptionFailures: [failure('10:04:58')] }),
      }),
      '10:05:00',
      'interval-elapsed',
    ],
    [
      'a subscription failed and its time is to come',
      aWarehouse({
        status: discovered({ subscriptionFailures: [failure('10:00:02')] }),
      }),
      '10:00:01',
      undefined,
    ],
    ...[
      ['the first run failed', {}],
      [
        'all failed after they were well',
        discovered({
          discoveredArtifacts: { discoveredAt: '2026-01-01T09:00:00Z' },
        }),
      ],
    ].flatMap(([what, earlier]) => {
      const failing = (over: Parameters<typeof aWarehouse>[0] = {}) =>
        aWarehouse({
          ...over,
          status: {
            observedGeneration: 1,
            lastHandledRefresh: 'a',
            subscriptionFailures: [failure('10:10:00')],
            ...(earlier as Warehouse['status']),
          },
        });
      const rows: Array<[string, Warehouse, string, string | undefined]> = [
        [`${what} and waits for its retry`, failing(), '10:00:01', undefined],
        [
          `${what} and is not tried sooner by its interval`,
          failing(),
          '10:09:59',
          undefined,
        ],
        [`${what} and is tried again`, failing(), '10:10:00', 'retry-due'],
        [
          `${what} and the clock was set back further than it waits`,
          failing(),
          '09:50:00',
          'retry-due',
        ],
        [
          `${what} and the spec changed`,
          failing({ metadata: { generation: 2 } }),
          '10:00:01',
          'spec-changed',
        ],
        [
          `${what} and somebody asked`,
          failing({ metadata: { annotations: { [REFRESH]: 'b' } } }),
          '10:00:01',
          'refresh-requested',
        ],
      ];
      return rows;
    }),
  ])('%s', (_, warehouse, now, reason) => {
    expect(isDiscoveryDue(warehouse, { nowMs: at(now) })).toBe(reason);
  });

  it.each<[string, string | undefined, string | undefined, string | undefined]>(
    [
      ['the same', 'v1', 'v1', undefined],
      ['others', 'v1', 'v2', 'retry-due'],
      ['those of now are not known', 'v1', undefined, undefined],
      ['those of then are not known', undefined, 'v1', undefined],
    ],
  )('by credentials: %s', (_, credentials, now, reason) => {
    const warehouse = aWarehouse({
      status: discovered({
        subscriptionFailures: [{ ...failure('10:10:00'), credentials }],
      }),
    });
    const moment = {
      nowMs: at('10:00:01'),
      credentials: now === undefined ? undefined : [now],
    };
    expect(isDiscoveryDue(warehouse, moment)).toBe(reason);
  });
});

describe('discoveryDelay', () => {
  it.each<
    [
      string,
      Warehouse,
      string,
      Partial<{ minimumMs: number; random: number }>,
      number,
    ]
  >([
    [
      'the rest of the interval',
      aWarehouse({ status: discovered() }),
      '10:01:00',
      {},
      4 * MINUTE,
    ],
    [
      'no more than the interval, though the clock was set back',
      aWarehouse({ status: discovered() }),
      '09:00:00',
      {},
      5 * MINUTE,
    ],
    [
      "the operator's minimum when that is longer",
      aWarehouse({ status: discovered() }),
      '10:01:00',
      { minimumMs: 10 * MINUTE },
      9 * MINUTE,
    ],
    [
      'stretched, so that not all come at once',
      aWarehouse({ status: discovered() }),
      '10:00:00',
      { random: 0.5 },
      5.25 * MINUTE,
    ],
    [
      'the retry of a subscription that failed',
      aWarehouse({
        status: discovered({ subscriptionFailures: [failure('10:00:30')] }),
      }),
      '10:00:10',
      {},
      20_000,
    ],
    [
      'the interval when that is sooner',
      aWarehouse({
        spec: { subscriptions: TWO },
        status: discovered({ subscriptionFailures: [failure('10:30:00')] }),
      }),
      '10:01:00',
      {},
      4 * MINUTE,
    ],
    [
      'the retry when there is no other subscription',
      aWarehouse({
        status: discovered({ subscriptionFailures: [failure('10:30:00')] }),
      }),
      '10:20:00',
      {},
      10 * MINUTE,
    ],
    [
      'never at once',
      aWarehouse({ status: discovered() }),
      '11:00:00',
      {},
      100,
    ],
    [
      'a whole interval when it never ran',
      aWarehouse(),
      '10:00:00',
      {},
      5 * MINUTE,
    ],
  ])('%s', (_, warehouse, now, options, delay) => {
    expect(
      discoveryDelay(warehouse, {
        minimumMs: 0,
        random: 0,
        nowMs: at(now),
        ...options,
      }),
    ).toBe(delay);
  });
});
