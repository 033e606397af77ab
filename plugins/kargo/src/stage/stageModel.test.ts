import {
  Freight,
  FreightSources,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  awaitingMerge,
  holding,
  minutesAgo,
  NOW_MS,
} from '../../dev/testing/builders';
import {
  emptyStageText,
  freightIndex,
  leadingArtifacts,
  stageView,
} from './stageModel';

const freight = aFreight('f1', {
  alias: 'brisk-otter',
  status: { currentlyIn: { prod: { since: minutesAgo(5) } } },
});

function verifying(phase: 'Running' | 'Failed'): StageStatus {
  const status = holding(freight);
  return {
    ...status,
    conditions: [],
    freightHistory: [
      {
        ...status.freightHistory![0],
        verificationHistory: [{ id: 'v', phase }],
      },
    ],
  };
}

it.each<[string, StageStatus]>([
  ['while something is promoted', { currentPromotion: { name: 'p' } }],
  [
    'after a promotion failed',
    { lastPromotion: { name: 'p', status: { phase: 'Failed' } } },
  ],
  [
    'after a promotion was stopped',
    { lastPromotion: { name: 'p', status: { phase: 'Aborted' } } },
  ],
])('tells nothing of health that nobody looks at, %s', (_, status) => {
  const index = freightIndex([freight], NOW_MS);
  const health = { status: 'Unknown' } as const;
  const healthOf = (own: StageStatus) =>
    stageView(aStage('prod', { status: { ...own, health } }), index).health;
  expect(healthOf({ ...holding(freight), ...status })).toBeUndefined();
  expect(healthOf(holding(freight))).toBe('Unknown');
});

describe('stageView', () => {
  it('tells what the Promotion that runs waits for', () => {
    const status = { ...holding(freight), ...awaitingMerge(42, freight) };
    const { state, wait } = stageView(
      aStage('prod', { status }),
      freightIndex([freight], NOW_MS),
    );
    expect(state).toBe('promoting');
    expect(wait).toMatchObject({
      step: 'wait-for-merge',
      pullRequest: { number: 42, isOpen: true },
    });
  });

  it('calls Freight by its alias and knows since when it is there', () => {
    const view = stageView(
      aStage('prod', { status: holding(freight) }),
      freightIndex([freight], NOW_MS),
    );
    expect(view.holds).toMatchObject([
      { label: 'brisk-otter', since: minutesAgo(5) },
    ]);
  });

  it('falls back to the start of the name of Freight that is gone', () => {
    const view = stageView(
      aStage('prod', { status: holding(aFreight('0123456789')) }),
      freightIndex([], NOW_MS),
    );
    expect(view.holds[0].label).toBe('0123456');
  });
});

describe('a Stage that holds nothing', () => {
  it.each<[string, StageStatus, ReturnType<typeof emptyStageText>]>([
    ['that nobody has promoted to it', {}, 'stage.empty'],
    [
      'that no promotion has succeeded',
      { lastPromotion: { name: 'p1', status: { phase: 'Failed' } } },
      'stage.noneSucceeded',
    ],
  ])('says %s', (_, status, expected) => {
    const view = stageView(aStage('uat', { status }), freightIndex([], NOW_MS));
    expect(emptyStageText(view)).toBe(expected);
  });
});

describe('what a Stage says without a click', () => {
  const newer = aFreight('f2', { minutesOld: 1 });
  const verifiedInTest = (since: number) =>
    aFreight('f2', {
      minutesOld: 1,
      status: {
        verifiedIn: { test: { verifiedAt: minutesAgo(since) } },
        currentlyIn: { test: { since: minutesAgo(since) } },
      },
    });
  const hold = {
    freightName: 'f1',
    origin: freight.origin,
    promotionName: 'p',
    actor: 'user:default/ana',
    createdAt: minutesAgo(1),
  };
  const fromTest = { stages: ['test'], requiredSoakTime: '1h' };
  const automatic = { ...holding(freight), autoPromotionEnabled: true };

  it.each<[string, StageStatus, FreightSources, Freight[], object | undefined]>(
    [
      ['that it runs the newest', automatic, { direct: true }, [], undefined],
      [
        'nothing of what is promoted next',
        automatic,
        { direct: true },
        [newer],
        undefined,
      ],
      [
        'what newer Freight is not yet verified in',
        automatic,
        fromTest,
        [newer],
        { code: 'not-verified-upstream', stages: ['test'], freight: 'f2' },
      ],
      [
        'until when newer Freight must stay upstream',
        automatic,
        fromTest,
        [verifiedInTest(20)],
        {
          code: 'soaking',
          required: '1h',
          availableAt: minutesAgo(-40),
        },
      ],
      [
        'who paused automation',
        { ...automatic, autoPromotionHolds: { 'Warehouse/web': hold } },
        { direct: true },
        [newer],
        { code: 'held', actor: 'user:default/ana', holder: 'f1' },
      ],
      [
        'nothing of a pause that is over',
        {
          ...automatic,
          autoPromotionHolds: { 'Warehouse/web': hold },
          effectiveAutoPromotionHolds: {},
        },
        { direct: true },
        [newer],
        undefined,
      ],
      [
        'that someone has to promote',
        holding(freight),
        { direct: true },
        [newer],
        { code: 'auto-promotion-disabled', freight: 'f2' },
      ],
      [
        'nothing of what it waits for while something is promoted',
        { ...automatic, currentPromotion: { name: 'p' } },
        fromTest,
        [newer],
        undefined,
      ],
      [
        'why the last promotion failed, before what newer Freight waits for',
        {
          ...automatic,
          lastPromotion: {
            name: 'p',
            status: { phase: 'Errored', message: 'no such branch' },
          },
        },
        fromTest,
        [newer],
        { code: 'promotion-failed', error: 'no such branch' },
      ],
      [
        'why verification failed',
        verifying('Failed'),
        { direct: true },
        [],
        { code: 'verification-failed' },
      ],
      [
        'what is unhealthy',
        {
          ...automatic,
          health: { status: 'Unhealthy', issues: ['pods restart'] },
          lastPromotion: { name: 'p', status: { phase: 'Succeeded' } },
        },
        { direct: true },
        [],
        { code: 'health', issues: ['pods restart'] },
      ],
    ],
  )('says %s', (_, status, sources, others, reason) => {
    const { waitsFor } = stageView(
      aStage('prod', { status, sources }),
      freightIndex([freight, ...others], NOW_MS),
    );
    expect({ waitsFor }).toMatchObject({ waitsFor: reason });
  });
});

it('shows one artifact of every origin before the rest', () => {
  const other = aFreight('f2', {
    warehouse: 'config',
    version: '9',
    commit: { id: 'abcdefabcdef', message: 'x' },
  });
  const view = stageView(
    aStage('prod', {
      warehouses: ['config', 'web'],
      status: holding(freight, other),
    }),
    freightIndex([], NOW_MS),
  );
  expect(leadingArtifacts(view.holds).map(a => a.version)).toEqual([
    '9',
    '1.0.0',
    'abcdefa',
  ]);
});
