import {
  Promotion,
  PromotionStatus,
  Reason,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import {
  aCollection,
  aFreight,
  aPromotion,
  aStage,
  metadataOf,
} from '../../testing/resourceBuilders';
import { decidePromotion, targetCollection } from './decidePromotion';
import { PromotionChoice, PromotionSnapshot } from './PromotionSnapshot';

const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
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
        // As it is admitted: who gave it no name is given one.
        { uses: 'git-push', as: 'step-2', retry: { errorThreshold: 3 } },
      ],
    },
  };
}

/** The Stage acknowledges the Promotion and its Freight is there. */
function whereAll(promotion: Promotion): PromotionSnapshot {
  return {
    promotion,
    stage: aStage({ status: acknowledged }),
    freight: aFreight('f1'),
    queue: [promotion],
  };
}

const PUSH = { step: 'git-push', number: 2, of: 2 };
const cloned = { alias: 'clone', status: 'Succeeded' } as const;

describe('decidePromotion', () => {
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
      'runs a step that nobody named, by its runner',
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
    const { reasons: told } = decidePromotion(
      { promotion, stage, freight: aFreight('f1'), queue: [promotion] },
      NOW_MS,
    );
    expect(told).toEqual(reasons);
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
    const { reasons } = decidePromotion(
      {
        promotion: aPromotion('p1'),
        stage: aStage(),
        freight: aFreight('f1'),
        queue,
      },
      NOW_MS,
    );
    expect(reasons).toEqual([reason]);
  });

  const downstream = aStage({
    spec: {
      requestedFreight: [
        {
          origin: { kind: 'Warehouse', name: 'web' },
          sources: { stages: ['dev'] },
        },
      ],
    },
    status: acknowledged,
  });
  const soaking = aStage({
    spec: {
      requestedFreight: [
        {
          origin: { kind: 'Warehouse', name: 'web' },
          sources: { stages: ['dev'], requiredSoakTime: '1h' },
        },
      ],
    },
    status: acknowledged,
  });
  const soaked = aFreight('f1', {
    status: {
      currentlyIn: { dev: { since: '2026-01-01T11:00:10Z' } },
      verifiedIn: { dev: {} },
    },
  });
  const asked = aPromotion('p1', { annotations: { [ABORT]: 'terminate' } });

  it.each<[string, PromotionSnapshot, PromotionChoice, Reason['code'][]]>([
    [
      'does nothing when it has ended',
      whereAll(aPromotion('p1', { status: { phase: 'Aborted' } })),
      { kind: 'ended' },
      ['ended'],
    ],
    [
      'aborts what has not begun, also without a Stage',
      { ...whereAll(asked), stage: undefined },
      { kind: 'abort' },
      ['abort-requested', 'stage-gone'],
    ],
    [
      'waits for its Stage',
      { ...whereAll(aPromotion('p1')), stage: aStage() },
      { kind: 'wait' },
      ['not-acknowledged'],
    ],
    [
      'ends without its Stage',
      { ...whereAll(running({})), stage: undefined },
      {
        kind: 'refuse',
        why: { code: 'stage-gone', stage: 'test' },
        message: "Stage 'test' does not exist any more",
      },
      ['stage-gone'],
    ],
    ...(['Pending', 'Running'] as const).map(
      (
        phase,
      ): [string, PromotionSnapshot, PromotionChoice, Reason['code'][]] => [
        `ends, ${phase}, when its Stage has lost its steps`,
        {
          ...whereAll(running({ phase })),
          stage: aStage({ spec: { promotionTemplate: undefined } }),
        },
        {
          kind: 'refuse',
          why: { code: 'stage-without-steps', stage: 'test' },
          message:
            "Stage 'test' has no promotion steps any more; it lets Freight through without a Promotion",
        },
        ['stage-without-steps'],
      ],
    ),
    [
      'ends without its Freight, and says so instead of naming a step',
      { ...whereAll(running({})), freight: undefined },
      {
        kind: 'refuse',
        why: { code: 'freight-gone', freight: 'f1' },
        message: "Freight 'f1' does not exist any more",
      },
      ['freight-gone'],
    ],
    [
      'ends when its Freight may not enter any more, and says why',
      { ...whereAll(running({})), stage: downstream },
      {
        kind: 'refuse',
        why: {
          code: 'not-verified-upstream',
          origin: 'Warehouse/web',
          freight: 'f1',
          stages: ['dev'],
          needed: 'any',
        },
        message:
          "Freight 'f1' is not available to Stage 'test': Not yet verified in 'dev'",
      },
      ['not-verified-upstream'],
    ],
    [
      'runs by a clock behind the one by which its Freight had soaked',
      {
        ...whereAll({
          ...running({}),
          metadata: metadataOf('p1', {
            creationTimestamp: '2026-01-01T12:00:10Z',
          }),
        }),
        stage: soaking,
        freight: soaked,
      },
      { kind: 'run', stage: soaking, freight: soaked },
      ['step-running'],
    ],
    [
      'runs',
      whereAll(running({})),
      {
        kind: 'run',
        stage: aStage({ status: acknowledged }),
        freight: aFreight('f1'),
      },
      ['step-running'],
    ],
  ])('%s', (_, snapshot, choice, codes) => {
    const { reasons, ...chosen } = decidePromotion(snapshot, NOW_MS);
    expect(chosen).toEqual(choice);
    expect(reasons.map(({ code }) => code)).toEqual(codes);
  });
});

describe('targetCollection', () => {
  const origin = (name: string) => ({ kind: 'Warehouse' as const, name });
  const last = {
    id: 'c0',
    items: {
      'Warehouse/web': { name: 'f0', origin: origin('web') },
      'Warehouse/config': { name: 'c0', origin: origin('config') },
      'Warehouse/gone': { name: 'g0', origin: origin('gone') },
    },
  };

  it.each([
    ['of one origin holds the Freight alone', ['web'], ['f1']],
    [
      'of several holds what it had of the others that it asks for',
      ['web', 'config'],
      ['c0', 'f1'],
    ],
  ])('a Stage %s', (_, origins, held) => {
    const stage = aStage({
      spec: {
        requestedFreight: origins.map(name => ({
          origin: origin(name),
          sources: { direct: true },
        })),
      },
      status: {
        lastPromotion: {
          name: 'p0',
          status: { phase: 'Failed', freightCollection: last },
        },
      },
    });
    const { items } = targetCollection(stage, aFreight('f1'));
    expect(
      Object.values(items)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(held);
  });
});
