import {
  Promotion,
  PromotionStatus,
  Reason,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import {
  aCollection,
  aPromotion,
  aStage,
} from '../../testing/resourceBuilders';
import { explainPromotion } from './explainPromotion';

const ABORT = 'kargo.akuity.io/abort';
const CHECK_AT = '2026-01-01T12:00:00Z';

const acknowledged: StageStatus = { currentPromotion: { name: 'p1' } };
const unverified: StageStatus = {
  freightHistory: [aCollection('f0')],
  health: { status: 'Healthy' },
};

/** Promotion `p1` of two steps, the second of which gives up after three attempts. */
function running(status: Partial<PromotionStatus>): Promotion {
  const promotion = aPromotion('p1', {
    status: { phase: 'Running', ...status },
  });
  return {
    ...promotion,
    spec: {
      ...promotion.spec,
      steps: [
        { uses: 'git-clone', as: 'clone' },
        { uses: 'git-push', retry: { errorThreshold: 3 } },
      ],
    },
  };
}

const PUSH = { step: 'git-push', number: 2, of: 2 };
const cloned = { alias: 'clone', status: 'Succeeded' } as const;

describe('explainPromotion', () => {
  it.each<[string, Promotion, Stage | undefined, Reason[]]>([
    [
      'has ended well',
      aPromotion('p1', { status: { phase: 'Succeeded' } }),
      aStage(),
      [{ code: 'ended', phase: 'Succeeded' }],
    ],
    [
      'has ended badly, whatever was asked of it before',
      aPromotion('p1', {
        annotations: { [ABORT]: 'terminate' },
        status: { phase: 'Failed', message: 'No' },
      }),
      undefined,
      [{ code: 'ended', phase: 'Failed', error: 'No' }],
    ],
    [
      'lost its Stage',
      aPromotion('p1'),
      undefined,
      [{ code: 'stage-gone', stage: 'test' }],
    ],
    [
      'is the next that the Stage takes',
      aPromotion('p1'),
      aStage(),
      [{ code: 'not-acknowledged', stage: 'test' }],
    ],
    [
      'is next, but what is there must be verified first',
      aPromotion('p1'),
      aStage({ status: unverified }),
      [
        {
          code: 'verification-first',
          stage: 'test',
          promotion: 'p1',
          waiting: 1,
        },
      ],
    ],
    [
      'is acknowledged and has not begun',
      aPromotion('p1', { status: { phase: 'Pending' } }),
      aStage({ status: acknowledged }),
      [{ code: 'not-acknowledged', stage: 'test' }],
    ],
    [
      'runs its first step, by its alias',
      running({}),
      aStage({ status: acknowledged }),
      [{ code: 'step-running', step: 'clone', number: 1, of: 2 }],
    ],
    [
      'runs a step without an alias, by its runner',
      running({ currentStep: 1, stepExecutionMetadata: [cloned] }),
      aStage({ status: acknowledged }),
      [{ code: 'step-running', ...PUSH }],
    ],
    [
      'waits in a step for something outside',
      running({
        currentStep: 1,
        stepExecutionMetadata: [
          cloned,
          { alias: 'step-2', status: 'Running', message: 'Not merged yet' },
        ],
        nextCheckAt: CHECK_AT,
      }),
      aStage({ status: acknowledged }),
      [
        {
          code: 'step-waiting',
          ...PUSH,
          note: 'Not merged yet',
          nextCheckAt: CHECK_AT,
        },
      ],
    ],
    [
      'tries a failed step again',
      running({
        currentStep: 1,
        stepExecutionMetadata: [
          cloned,
          {
            alias: 'step-2',
            status: 'Errored',
            errorCount: 1,
            message: 'Rejected',
          },
        ],
        nextCheckAt: CHECK_AT,
      }),
      aStage({ status: acknowledged }),
      [
        {
          code: 'step-retrying',
          ...PUSH,
          attempt: 2,
          attempts: 3,
          error: 'Rejected',
          nextCheckAt: CHECK_AT,
        },
      ],
    ],
    [
      'was asked to stop, by somebody',
      {
        ...running({}),
        metadata: {
          ...running({}).metadata,
          annotations: { [ABORT]: '{"action":"terminate","actor":"ana"}' },
        },
      },
      aStage({ status: acknowledged }),
      [
        { code: 'abort-requested', actor: 'ana' },
        { code: 'step-running', step: 'clone', number: 1, of: 2 },
      ],
    ],
  ])('tells that it %s', (_, promotion, stage, reasons) => {
    expect(explainPromotion(promotion, stage, [promotion])).toEqual(reasons);
  });

  it.each<[string, Promotion[], Reason]>([
    [
      'behind the one before it, running ones first',
      [
        aPromotion('p1'),
        aPromotion('p0', { status: { phase: 'Running' } }),
        aPromotion('p00', { createdAt: '2025-12-31T00:00:00Z' }),
      ],
      { code: 'queued', stage: 'test', position: 3, before: 'p00' },
    ],
    [
      'without those that have ended',
      [
        aPromotion('p1'),
        aPromotion('p0', {
          createdAt: '2025-12-31T00:00:00Z',
          status: { phase: 'Failed' },
        }),
      ],
      { code: 'not-acknowledged', stage: 'test' },
    ],
  ])('tells its place in the queue %s', (_, queue, reason) => {
    expect(explainPromotion(aPromotion('p1'), aStage(), queue)).toEqual([
      reason,
    ]);
  });
});
