import {
  Condition,
  findCondition,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { aCollection, aStage } from '../../testing/resourceBuilders';
import {
  freightSummary,
  recordReconcileError,
  summarizeConditions,
} from './summarizeConditions';

const NOW = '2026-01-01T01:00:00Z';
const condition = (text: string): Condition => {
  const [type, status, reason] = text.split(/[=/]/);
  return {
    type,
    status: status as Condition['status'],
    reason,
    message: `because ${reason}`,
    lastTransitionTime: NOW,
  };
};
const healthy = condition('Healthy=True/Healthy');
const verified = condition('Verified=True/Verified');

describe('summarizeConditions', () => {
  it.each<[string, StageStatus, string, string[]?]>([
    [
      'promoting comes first',
      {
        conditions: [
          healthy,
          verified,
          condition('Promoting=True/ActivePromotion'),
        ],
      },
      'False/ActivePromotion because ActivePromotion',
    ],
    [
      'then how the last Promotion ended',
      {
        conditions: [healthy, verified],
        lastPromotion: {
          name: 'p',
          status: { phase: 'Failed', message: 'no' },
        },
      },
      'False/LastPromotionFailed no',
    ],
    [
      'which has a message of its own when it left none',
      { lastPromotion: { name: 'p', status: { phase: 'Aborted' } } },
      'False/LastPromotionAborted Promotion p ended as Aborted',
    ],
    [
      'then health',
      { conditions: [condition('Healthy=Unknown/Progressing'), verified] },
      'False/Progressing because Progressing',
    ],
    ['also when it is not known', {}, 'False/Unhealthy Health is not known'],
    [
      'then verification',
      { conditions: [healthy, condition('Verified=False/VerificationFailed')] },
      'False/VerificationFailed because VerificationFailed',
    ],
    [
      'also when nothing says so',
      { conditions: [healthy] },
      'False/PendingVerification Verification is pending',
    ],
    [
      'and else it is ready',
      {
        conditions: [healthy, verified],
        lastPromotion: { name: 'p', status: { phase: 'Succeeded' } },
      },
      'True/Verified Freight has been verified',
    ],
    [
      'what it holds is gone',
      {
        conditions: [healthy, verified],
        lastPromotion: { name: 'p', status: { phase: 'Succeeded' } },
      },
      "False/FreightGone Freight 'f1', 'f2', which the Stage holds, does not exist any more",
      ['f1', 'f2'],
    ],
  ])('%s', (_, status, expected, gone = []) => {
    const stage = aStage({ metadata: { generation: 7 } });
    const summarized = summarizeConditions(
      stage,
      {
        ...status,
        conditions: [
          ...(status.conditions ?? []),
          condition('Reconciling=True/RetryAfterError'),
        ],
      },
      gone,
      NOW,
    );
    const ready = findCondition(summarized, 'Ready');
    expect(`${ready?.status}/${ready?.reason} ${ready?.message}`).toBe(
      expected,
    );
    expect(findCondition(summarized, 'Reconciling')).toBeUndefined();
    // Which generation was seen moves only when the Stage is ready.
    expect(summarized.observedGeneration).toBe(
      ready?.status === 'True' ? 7 : undefined,
    );
  });
});

describe('freightSummary', () => {
  const two = [
    {
      origin: { kind: 'Warehouse' as const, name: 'web' },
      sources: { direct: true },
    },
    {
      origin: { kind: 'Warehouse' as const, name: 'api' },
      sources: { direct: true },
    },
  ];

  it.each<[string, number, StageStatus, string]>([
    ['nothing of one', 1, {}, '0/1 Fulfilled'],
    ['the only one', 1, { freightHistory: [aCollection('f1')] }, 'f1'],
    ['one of two', 2, { freightHistory: [aCollection('f1')] }, '1/2 Fulfilled'],
  ])('%s', (_, requested, status, text) => {
    const stage = aStage({
      spec: { requestedFreight: two.slice(0, requested) },
    });
    expect(freightSummary(stage, status)).toBe(text);
  });
});

describe('recordReconcileError', () => {
  it('shows the error and keeps everything else', () => {
    const status = recordReconcileError(
      aStage({
        status: { freightSummary: 'f1', conditions: [healthy, verified] },
      }),
      'the registry is gone',
      NOW,
    );
    expect(status).toMatchObject({
      freightSummary: 'f1',
      conditions: [
        healthy,
        verified,
        {
          type: 'Ready',
          status: 'False',
          reason: 'ReconcileError',
          message: 'the registry is gone',
        },
        { type: 'Reconciling', status: 'True', reason: 'RetryAfterError' },
      ],
    });
  });
});
