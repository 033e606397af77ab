import { Promotion, StageStatus } from 'backstage-plugin-kargo-common';
import {
  aCollection,
  aPromotion,
  aStage,
} from '../../testing/resourceBuilders';
import { effectiveHolds, followPromotions } from './followPromotions';

const NOW = '2026-01-01T01:00:00Z';
const ORIGIN = 'Warehouse/web';
const HOLD = { 'kargo.akuity.io/auto-promotion-hold': ORIGIN };
const RESUME = { 'kargo.akuity.io/auto-promotion-resume': ORIGIN };

const pending = (name: string) =>
  aPromotion(name, { status: { phase: 'Pending' } });
const running = (name: string) =>
  aPromotion(name, { status: { phase: 'Running' } });
const ended = (
  name: string,
  phase: 'Succeeded' | 'Failed' | 'Errored' | 'Aborted',
  annotations?: Record<string, string>,
) =>
  aPromotion(name, {
    annotations,
    status: {
      phase,
      startedAt: NOW,
      finishedAt: NOW,
      freightCollection: aCollection(name),
    },
  });

const verified: StageStatus = {
  health: { status: 'Healthy' },
  freightHistory: [
    aCollection('f0', [{ id: 'v', phase: 'Successful', startTime: NOW }]),
  ],
};
const unverified: StageStatus = {
  health: { status: 'Healthy' },
  freightHistory: [aCollection('f0')],
};
const verifying: StageStatus = {
  health: { status: 'Unknown' },
  freightHistory: [
    aCollection('f0', [{ id: 'v', phase: 'Running', startTime: NOW }]),
  ],
};

const follow = (
  status: StageStatus,
  promotions: Promotion[],
  isAutomatic = true,
) => followPromotions(aStage({ status }), promotions, isAutomatic, NOW);

describe('followPromotions', () => {
  it.each<
    [
      name: string,
      status: StageStatus,
      promotions: Promotion[],
      current: string | undefined,
    ]
  >([
    ['nothing was ever promoted', {}, [], undefined],
    ['the oldest that waits is next', {}, [pending('p2'), pending('p1')], 'p1'],
    [
      'one that runs stays the current one, also when an older one appears',
      { currentPromotion: { name: 'p2' } },
      [pending('p1'), running('p2')],
      'p2',
    ],
    [
      'one that was acknowledged stays so before it runs, also when an older one appears',
      { currentPromotion: { name: 'p2' } },
      [pending('p1'), pending('p2')],
      'p2',
    ],
    [
      'the end of the current one is recorded before the next is acknowledged',
      { currentPromotion: { name: 'p1' } },
      [ended('p1', 'Succeeded'), pending('p2')],
      undefined,
    ],
    [
      'a current one that was deleted makes room',
      { currentPromotion: { name: 'gone' } },
      [pending('p2')],
      undefined,
    ],
    [
      'nothing waits',
      { lastPromotion: { name: 'p1' } },
      [ended('p1', 'Succeeded')],
      undefined,
    ],
    ['what is there is verified', verified, [pending('p1')], 'p1'],
    [
      'what is there is healthy and must be verified first',
      unverified,
      [pending('p1')],
      undefined,
    ],
    [
      'health is not known yet, so verification may still come',
      { freightHistory: [aCollection('f0')] },
      [pending('p1')],
      undefined,
    ],
    [
      'a verification that runs blocks whatever the health is',
      verifying,
      [pending('p1')],
      undefined,
    ],
    [
      'what is unhealthy is not waited for',
      { ...unverified, health: { status: 'Unhealthy' } },
      [pending('p1')],
      'p1',
    ],
    [
      'a failed verification does not block',
      {
        health: { status: 'Healthy' },
        freightHistory: [
          aCollection('f0', [{ id: 'v', phase: 'Failed', startTime: NOW }]),
        ],
      },
      [pending('p1')],
      'p1',
    ],
  ])('%s', (_, status, promotions, current) => {
    const next = follow(status, promotions);
    expect(next.currentPromotion?.name).toBe(current);
    const promoting = next.conditions?.find(({ type }) => type === 'Promoting');
    expect(promoting?.reason).toBe(current && 'ActivePromotion');
  });

  it('records the acknowledged Promotion and no other, whatever the names say', () => {
    const status = follow(
      { currentPromotion: { name: 'p2' }, lastPromotion: { name: 'p9' } },
      [
        ended('p1', 'Succeeded'),
        ended('p2', 'Succeeded'),
        ended('p3', 'Aborted'),
        ended('p9', 'Failed'),
        pending('p0'),
      ],
    );
    expect(status.lastPromotion).toMatchObject({
      name: 'p2',
      status: { phase: 'Succeeded' },
      finishedAt: NOW,
    });
    expect(status.freightHistory?.map(({ id }) => id)).toEqual([
      'collection-p2',
    ]);
    expect(status.health).toBeUndefined();
  });

  it('keeps ten sets of Freight, and the same set twice when it was promoted twice', () => {
    const history = Array.from({ length: 10 }, (_, i) => aCollection(`f${i}`));
    const status = follow(
      { currentPromotion: { name: 'p1' }, freightHistory: history },
      [
        aPromotion('p1', {
          status: { phase: 'Succeeded', freightCollection: aCollection('f0') },
        }),
      ],
    );
    expect(status.freightHistory?.map(({ id }) => id)).toEqual([
      'collection-f0',
      ...history.slice(0, 9).map(({ id }) => id),
    ]);
  });

  it('lets a Promotion that never started leave what the last one had', () => {
    const last = aCollection('before');
    const status = follow(
      {
        currentPromotion: { name: 'p2' },
        lastPromotion: { name: 'p1', status: { freightCollection: last } },
      },
      [aPromotion('p2', { status: { phase: 'Aborted' } })],
    );
    expect(status.lastPromotion).toMatchObject({
      name: 'p2',
      status: { phase: 'Aborted', freightCollection: last },
    });
  });

  const current: StageStatus = { currentPromotion: { name: 'p2' } };

  it.each<[string, Promotion[], StageStatus, string | undefined]>([
    [
      'an ended one with a hold',
      [ended('p2', 'Succeeded', HOLD)],
      current,
      'p2',
    ],
    ['a failed one too', [ended('p2', 'Failed', HOLD)], current, 'p2'],
    [
      'an aborted one does not',
      [ended('p2', 'Aborted', HOLD)],
      current,
      undefined,
    ],
    [
      'the next one lets go',
      [ended('p2', 'Succeeded', RESUME)],
      {
        ...current,
        autoPromotionHolds: {
          [ORIGIN]: {
            freightName: 'f1',
            origin: { kind: 'Warehouse', name: 'web' },
            promotionName: 'p1',
            createdAt: NOW,
          },
        },
      },
      undefined,
    ],
    [
      'one that is recorded already does not count again',
      [ended('p2', 'Succeeded', HOLD)],
      { lastPromotion: { name: 'p2' } },
      undefined,
    ],
    [
      'for an origin that is not requested nothing is held',
      [
        ended('p2', 'Succeeded', {
          'kargo.akuity.io/auto-promotion-hold': 'Warehouse/other',
        }),
      ],
      current,
      undefined,
    ],
  ])('holds: %s', (_, promotions, status, by) => {
    const followed = follow(status, promotions);
    expect(followed.autoPromotionHolds?.[ORIGIN]?.promotionName).toBe(by);
    // Without automation there is nothing to hold.
    const manual = follow(status, promotions, false);
    expect(manual.autoPromotionHolds).toBeUndefined();
  });

  it('drops holds of origins that are no longer requested', () => {
    const hold = {
      freightName: 'f1',
      origin: { kind: 'Warehouse' as const, name: 'x' },
      promotionName: 'p0',
      createdAt: NOW,
    };
    const status = follow(
      { autoPromotionHolds: { 'Warehouse/x': hold, [ORIGIN]: hold } },
      [],
    );
    expect(Object.keys(status.autoPromotionHolds ?? {})).toEqual([ORIGIN]);
  });
});

describe('effectiveHolds', () => {
  const automatic: StageStatus = { autoPromotionEnabled: true };

  it.each<[string, StageStatus, Promotion[], string | undefined]>([
    ['nothing is held', automatic, [pending('p1')], undefined],
    [
      'a queued Promotion by hand holds already',
      automatic,
      [
        aPromotion('p1', {
          annotations: HOLD,
          status: { phase: 'Pending' },
        }),
      ],
      'p1',
    ],
    [
      'a later one lets go',
      automatic,
      [
        aPromotion('p1', { annotations: HOLD }),
        aPromotion('p2', { annotations: RESUME }),
      ],
      undefined,
    ],
    [
      'what is recorded already does not count again',
      { ...automatic, lastPromotion: { name: 'p1' } },
      [ended('p1', 'Succeeded', HOLD)],
      undefined,
    ],
    [
      'without automation nothing is held',
      { autoPromotionEnabled: false },
      [aPromotion('p1', { annotations: HOLD })],
      undefined,
    ],
  ])('%s', (_, status, promotions, by) => {
    const holds = effectiveHolds(aStage({ status }), status, promotions);
    expect(holds?.[ORIGIN]?.promotionName).toBe(by);
  });
});
