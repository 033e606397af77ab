import {
  PromotionStatus,
  PromotionStep,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { aPromotion } from '../../testing/resourceBuilders';
import { LaterPromotion, planRetry } from './planRetry';

const STEPS: PromotionStep[] = [
  { uses: 'git-clone', as: 'clone' },
  { uses: 'argocd-update', as: 'sync' },
  { uses: 'http', as: 'tell' },
];
const entry = (
  alias: string,
  status: StepExecutionMetadata['status'],
  more: Partial<StepExecutionMetadata> = {},
): StepExecutionMetadata => ({ alias, status, ...more });
const FAILED: PromotionStatus = {
  phase: 'Failed',
  freightCollection: { id: 'c1', items: {} },
  currentStep: 2,
  state: { clone: { commits: {} }, sync: { partly: true }, tell: null },
  stepExecutionMetadata: [
    entry('clone', 'Succeeded'),
    entry('sync', 'Failed'),
    entry('tell', 'Skipped'),
  ],
};

function plan(
  status: PromotionStatus,
  now: {
    steps?: PromotionStep[];
    collection?: string;
    later?: LaterPromotion[];
  } = {},
) {
  const promotion = aPromotion('test.1', { status });
  return planRetry({
    failed: { ...promotion, spec: { ...promotion.spec, steps: STEPS } },
    later: now.later ?? [],
    planned: { steps: now.steps ?? STEPS },
    collection: { id: now.collection ?? 'c1', items: {} },
    placeholder: '[redacted]',
  });
}

describe('planRetry', () => {
  it('goes on at the step that failed, with what the steps before came to', () => {
    expect(plan(FAILED)).toEqual({
      kind: 'retry',
      step: 'sync',
      status: {
        currentStep: 1,
        state: { clone: { commits: {} } },
        stepExecutionMetadata: [entry('clone', 'Succeeded')],
      },
    });
  });

  it.each<[name: string, entries: StepExecutionMetadata[], step: string]>([
    [
      'that was stopped',
      [entry('clone', 'Succeeded'), entry('sync', 'Aborted')],
      'sync',
    ],
    ['that it had not come to', [entry('clone', 'Succeeded')], 'sync'],
    ['that is the first', [entry('clone', 'Errored')], 'clone'],
    [
      'behind one that was allowed to fail',
      [
        entry('clone', 'Succeeded'),
        entry('sync', 'Failed', { continueOnError: true }),
        entry('tell', 'Errored'),
      ],
      'tell',
    ],
    [
      'behind one that was skipped',
      [
        entry('clone', 'Skipped'),
        entry('sync', 'Succeeded'),
        entry('tell', 'Errored'),
      ],
      'tell',
    ],
  ])('goes on at the step %s', (_, stepExecutionMetadata, step) => {
    expect(
      plan({ ...FAILED, phase: 'Aborted', stepExecutionMetadata }),
    ).toMatchObject({ kind: 'retry', step });
  });

  it.each<[string, PromotionStatus, LaterPromotion[]]>([
    [
      'of the same Freight came after it',
      FAILED,
      [
        { name: 'test.3', freight: 'f1' },
        { name: 'test.2', freight: 'f1', collectionId: 'c1' },
      ],
    ],
    [
      'of other Freight came after it, where nothing has been done yet',
      { ...FAILED, stepExecutionMetadata: [entry('clone', 'Errored')] },
      [{ name: 'test.2', freight: 'f2', collectionId: 'c2' }],
    ],
  ])('goes on when Promotions %s', (_, status, later) => {
    expect(plan(status, { later })).toMatchObject({ kind: 'retry' });
  });

  it('keeps the health checks of the steps before alone', () => {
    const sync = { uses: 'argocd-update', config: {} };
    const tell = { uses: 'http', config: {} };
    const planned = plan({
      ...FAILED,
      stepExecutionMetadata: [
        entry('clone', 'Succeeded'),
        entry('sync', 'Succeeded'),
        entry('tell', 'Errored'),
      ],
      healthChecks: [sync, tell],
    });
    expect(planned).toMatchObject({ status: { healthChecks: [sync] } });
  });

  it.each<
    [
      name: string,
      status: PromotionStatus,
      now: Parameters<typeof plan>[1],
      message: string,
    ]
  >([
    [
      'it runs',
      { ...FAILED, phase: 'Running' },
      {},
      "Promotion 'test.1' has not ended; only one that failed can be retried",
    ],
    [
      'it succeeded',
      { ...FAILED, phase: 'Succeeded' },
      {},
      "Promotion 'test.1' has succeeded; there is nothing to retry",
    ],
    [
      'it never came to a step',
      { phase: 'Errored' },
      {},
      "Promotion 'test.1' ended without a step that failed; promote its Freight again",
    ],
    [
      'no step of it failed',
      {
        ...FAILED,
        phase: 'Aborted',
        stepExecutionMetadata: STEPS.map(({ as: alias = '' }) =>
          entry(alias, 'Succeeded'),
        ),
      },
      {},
      "Promotion 'test.1' ended without a step that failed; promote its Freight again",
    ],
    [
      'the Stage has other steps',
      FAILED,
      { steps: STEPS.slice(1) },
      "Stage 'test' has other steps or variables than Promotion 'test.1' ran; promote its Freight again",
    ],
    [
      'the Stage got other Freight',
      FAILED,
      { collection: 'c2' },
      "Stage 'test' has been promoted to other Freight since Promotion 'test.1' ran; promote its Freight again",
    ],
    [
      'other Freight was promoted since',
      FAILED,
      {
        later: [
          { name: 'test.3', freight: 'f1', collectionId: 'c1' },
          { name: 'test.2', freight: 'f2', collectionId: 'c2' },
        ],
      },
      "Stage 'test' has been promoted to other Freight since Promotion 'test.1' ran; promote its Freight again",
    ],
    [
      'other Freight has its turn before',
      FAILED,
      { later: [{ name: 'test.2', freight: 'f2' }] },
      "Promotion 'test.2' brings other Freight to Stage 'test' before Promotion 'test.1' could go on; promote the Freight of Promotion 'test.1' again",
    ],
    [
      'an output was a secret',
      { ...FAILED, state: { clone: { token: 'Bearer [redacted]' } } },
      {},
      'the output of step "clone" held a secret, which is not kept when a Promotion ends; promote the Freight of Promotion \'test.1\' again',
    ],
  ])('refuses when %s', (_, status, now, message) => {
    expect(plan(status, now)).toEqual({ kind: 'refuse', message });
  });
});
