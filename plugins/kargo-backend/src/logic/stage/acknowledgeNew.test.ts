import { ANNOTATIONS, StageStatus } from 'backstage-plugin-kargo-common';
import {
  aCollection,
  aPromotion,
  aStage,
} from '../../testing/resourceBuilders';
import { acknowledgeNew, seemsFree } from './acknowledgeNew';
import { decideStage } from './decideStage';

const MOMENT = {
  now: '2026-01-01T01:00:00Z',
  nowMs: Date.parse('2026-01-01T01:00:00Z'),
};
const LOOKED_AT: StageStatus = { autoPromotionEnabled: false };
const promotion = aPromotion('p1', {
  status: {
    phase: 'Pending',
    freight: { name: 'f1', origin: { kind: 'Warehouse', name: 'web' } },
  },
});
const holding = (...phases: Array<'Running' | 'Successful'>): StageStatus => ({
  ...LOOKED_AT,
  health: { status: 'Healthy' },
  freightHistory: [
    aCollection(
      'f0',
      phases.map(phase => ({ id: 'v', phase, startTime: MOMENT.now })),
    ),
  ],
});
const unhealthy = (): StageStatus => ({
  ...holding(),
  health: { status: 'Unhealthy' },
});

describe('seemsFree', () => {
  it.each<[string, boolean, Parameters<typeof aStage>[0]]>([
    ['was looked at and promotes nothing', true, { status: LOOKED_AT }],
    ['was never looked at', false, {}],
    ['tells nothing of automation', false, { status: {} }],
    [
      'promotes',
      false,
      { status: { ...LOOKED_AT, currentPromotion: { name: 'p0' } } },
    ],
    [
      'is being deleted',
      false,
      {
        status: LOOKED_AT,
        metadata: { deletionTimestamp: MOMENT.now },
      },
    ],
  ])('of a Stage that %s', (_, expected, over) => {
    expect(seemsFree(aStage(over))).toBe(expected);
  });
});

describe('acknowledgeNew', () => {
  it.each<[string, string | undefined, StageStatus]>([
    ['holds nothing', 'p1', LOOKED_AT],
    ['holds what was verified', 'p1', holding('Successful')],
    ['verifies', undefined, holding('Running')],
    ['has not verified what it holds', undefined, holding()],
  ])('by a Stage that %s', (_, expected, status) => {
    const acknowledged = acknowledgeNew(aStage({ status }), promotion, MOMENT);
    expect(acknowledged?.currentPromotion?.name).toBe(expected);
  });

  it.each<[string, string | undefined, Parameters<typeof aStage>[0]]>([
    [
      'what is not healthy yet, and is then verified',
      undefined,
      { spec: { verification: {} }, status: unhealthy() },
    ],
    [
      'what is not healthy, and is verified by that alone',
      'p1',
      { status: unhealthy() },
    ],
    [
      'what somebody wants verified again',
      undefined,
      {
        ...{ spec: { verification: {} }, status: holding('Successful') },
        metadata: { annotations: { [ANNOTATIONS.reverify]: 'v' } },
      },
    ],
    [
      'what somebody wanted verified again',
      'p1',
      {
        ...{ spec: { verification: {} }, status: holding('Successful') },
        metadata: { annotations: { [ANNOTATIONS.reverify]: 'u' } },
      },
    ],
  ])('by a Stage that holds %s', (_, expected, over) => {
    const acknowledged = acknowledgeNew(aStage(over), promotion, MOMENT);
    expect(acknowledged?.currentPromotion?.name).toBe(expected);
  });

  it.each([true, false])(
    'is what the next look comes to, automation: %s',
    autoPromotionEnabled => {
      const stage = aStage({
        status: { ...holding('Successful'), autoPromotionEnabled },
      });
      const made = aPromotion('p1', {
        annotations: { 'kargo.akuity.io/auto-promotion-hold': 'Warehouse/web' },
        status: promotion.status,
      });
      const status = acknowledgeNew(stage, made, MOMENT);
      const next = decideStage(
        {
          stage: aStage({ status }),
          promotions: [
            {
              ...made,
              metadata: { ...made.metadata, creationTimestamp: MOMENT.now },
            },
          ],
          autoPromotionEnabled,
          present: [],
          offered: {},
          verificationId: 'v',
        },
        { ...MOMENT, nowMs: MOMENT.nowMs + 1 },
      );
      expect(next.status).toEqual(status);
    },
  );
});
