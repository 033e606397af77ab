import {
  Freight,
  Promotion,
  PromotionPhase,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import {
  aCollection,
  aFreight,
  aPromotion,
  aStage,
} from '../../testing/resourceBuilders';
import { explainStage } from './explainStage';

const NOW = '2026-01-01T00:00:00Z';
const F1 = [aFreight('f1')];
const UNVERIFIED: StageStatus = {
  health: { status: 'Healthy' },
  freightHistory: [aCollection('f1')],
};
const VERIFIED: StageStatus = {
  health: { status: 'Healthy' },
  freightHistory: [
    aCollection('f1', [{ id: 'v1', phase: 'Successful', startTime: NOW }]),
  ],
};
const PROMOTING: StageStatus = {
  currentPromotion: {
    name: 'p1',
    freight: { name: 'f1', origin: { kind: 'Warehouse', name: 'web' } },
  },
};

function promotion(
  name: string,
  phase: PromotionPhase,
  entry?: object,
  createdAt?: string,
): Promotion {
  const made = aPromotion(name, {
    createdAt,
    status: {
      phase,
      currentStep: 0,
      ...(entry && {
        nextCheckAt: NOW,
        stepExecutionMetadata: [{ alias: 'step-1', ...entry }],
      }),
    },
  });
  return { ...made, spec: { ...made.spec, steps: [{ uses: 'http' }] } };
}

function explain(
  status: StageStatus,
  promotions: Promotion[],
  present: Freight[],
) {
  return explainStage({
    stage: aStage(),
    ...{ status, promotions, present },
  });
}

describe('explainStage', () => {
  it.each<[string, StageStatus, Promotion[], object[], Freight[]?]>([
    ['is well', VERIFIED, [], []],
    [
      'holds what is gone',
      VERIFIED,
      [],
      [{ code: 'freight-gone', freight: 'f1' }],
      [],
    ],
    [
      'promotes, and has not begun',
      PROMOTING,
      [],
      [{ code: 'promoting', promotion: 'p1', phase: 'Pending', freight: 'f1' }],
    ],
    [
      'promotes, in a step that runs',
      PROMOTING,
      [promotion('p1', 'Running')],
      [{ code: 'promoting', promotion: 'p1', phase: 'Running', freight: 'f1' }],
    ],
    [
      'promotes, in a step that waits',
      PROMOTING,
      [promotion('p1', 'Running', { status: 'Running' })],
      [{ code: 'promoting' }, { code: 'step-waiting' }],
    ],
    [
      'promotes, in a step that is tried again',
      PROMOTING,
      [promotion('p1', 'Running', { status: 'Errored', errorCount: 1 })],
      [{ code: 'promoting' }, { code: 'step-retrying' }],
    ],
    [
      'verifies before the first of two that wait',
      UNVERIFIED,
      [
        promotion('p3', 'Pending', undefined, '2026-01-03T00:00:00Z'),
        promotion('p2', 'Pending', undefined, '2026-01-02T00:00:00Z'),
        promotion('p1', 'Succeeded', undefined, '2026-01-01T00:00:00Z'),
      ],
      [
        {
          code: 'verification-first',
          stage: 'test',
          promotion: 'p2',
          waiting: 2,
        },
      ],
    ],
    [
      'has verified before one that waits',
      VERIFIED,
      [promotion('p2', 'Pending')],
      [],
    ],
    [
      'was stopped at last',
      {
        ...VERIFIED,
        lastPromotion: { name: 'p1', status: { phase: 'Aborted' } },
      },
      [],
      [],
    ],
    [
      'is not healthy',
      {
        ...VERIFIED,
        health: { status: 'Unhealthy', issues: ['pods restart'] },
        lastPromotion: { name: 'p1', status: { phase: 'Succeeded' } },
      },
      [],
      [{ code: 'health', issues: ['pods restart'] }],
    ],
    [
      'was not healthy before what it promotes',
      {
        ...VERIFIED,
        ...PROMOTING,
        health: { status: 'Unhealthy', issues: ['pods restart'] },
        lastPromotion: { name: 'p0', status: { phase: 'Succeeded' } },
      },
      [],
      [{ code: 'promoting' }],
    ],
    [
      'failed at last',
      {
        ...VERIFIED,
        lastPromotion: {
          name: 'p1',
          status: { phase: 'Failed', message: 'no' },
        },
      },
      [],
      [{ code: 'promotion-failed', promotion: 'p1' }],
    ],
  ])('a Stage that %s', (_, status, promotions, reasons, present = F1) => {
    expect(explain(status, promotions, present)).toEqual(
      reasons.map(reason => expect.objectContaining(reason)),
    );
  });

  it('begins with the trouble that the last look had', () => {
    const stage = aStage({
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'ReconcileError',
            message: 'no database',
            lastTransitionTime: NOW,
          },
        ],
      },
    });
    expect(
      explainStage({ stage, status: PROMOTING, promotions: [], present: F1 }),
    ).toEqual([
      { code: 'reconcile-error', error: 'no database' },
      expect.objectContaining({ code: 'promoting' }),
    ]);
  });
});
