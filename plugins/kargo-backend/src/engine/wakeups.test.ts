import {
  AnalysisPhase,
  AnalysisRun,
  Resource,
  ResourceMetadata,
  Stage,
  Warehouse,
  LABELS,
} from 'backstage-plugin-kargo-common';
import { ResourceChange, Wakeup } from '../ports/Changes';
import {
  aCollection,
  aFreight,
  aPromotion,
  aStage,
  aWarehouse,
  metadataOf,
} from '../testing/resourceBuilders';
import { createWakeupRule } from './wakeups';

const wakeups = createWakeupRule('shared');

const VERIFIED = { verifiedAt: '2026-01-01T00:00:00Z' };
const SINCE = { since: '2026-01-01T00:00:00Z' };
const APPROVED = { approvedAt: '2026-01-01T00:00:00Z' };

function change(
  before: Resource | undefined,
  after: Resource | undefined,
): ResourceChange {
  const { kind, metadata } = (after ?? before)!;
  const key = {
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  };
  if (!before) {
    return { type: 'created', key, after: after! } as ResourceChange;
  }
  return after
    ? ({ type: 'updated', key, before, after } as ResourceChange)
    : ({ type: 'deleted', key, before } as ResourceChange);
}

type Row = [string, Resource | undefined, Resource | undefined, string[]];

function text(wakeup: Wakeup): string {
  return 'key' in wakeup
    ? `${wakeup.key.kind} ${wakeup.key.name}`
    : `${wakeup.kind}s ${wakeup.index.name}=${wakeup.index.value}`;
}

const annotated = (annotations: Record<string, string>) =>
  aStage({ metadata: { annotations } });
const config = (metadata: Partial<ResourceMetadata> = {}): Resource => ({
  apiVersion: 'kargo.akuity.io/v1alpha1',
  kind: 'ProjectConfig',
  metadata: metadataOf('demo', metadata),
});
const secret = (
  namespace: string,
  over: Partial<ResourceMetadata> = {},
): Resource => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { ...metadataOf('s', over), namespace },
});
const credential = (namespace: string) =>
  secret(namespace, { labels: { [LABELS.credType]: 'git' } });
const run = (phase: AnalysisPhase): AnalysisRun => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisRun',
  metadata: metadataOf('r1', { labels: { [LABELS.stage]: 'test' } }),
  spec: { metrics: [] },
  status: { phase },
});
const healthy: Pick<
  NonNullable<Stage['status'] & Warehouse['status']>,
  'conditions'
> = {
  conditions: [
    {
      type: 'Healthy',
      status: 'True',
      reason: 'Healthy',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ],
};
const inPhase = (phase: 'Pending' | 'Running' | 'Succeeded') =>
  aPromotion('p1', { status: { phase } });
const waitingFor = (message: string, nextCheckAt: string) =>
  aPromotion('p1', {
    status: {
      phase: 'Running',
      currentStep: 0,
      stepExecutionMetadata: [{ alias: 'wait', status: 'Running', message }],
      nextCheckAt,
    },
  });

describe('wakeups', () => {
  it.each<Row>([
    ['a new Stage', undefined, aStage(), ['Stage test', 'Project demo']],
    [
      'a Stage with another spec',
      aStage(),
      aStage({ metadata: { generation: 2 } }),
      ['Stage test'],
    ],
    [
      'a Stage that is to be deleted',
      aStage(),
      aStage({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      ['Stage test'],
    ],
    ['a Stage that is gone', aStage(), undefined, ['Project demo']],
    [
      'a status of a Stage wakes nobody',
      aStage(),
      aStage({ status: { freightSummary: 'x' } }),
      [],
    ],
    [
      'a Stage whose automation is on from now on',
      aStage({ status: { autoPromotionEnabled: false } }),
      aStage({ status: { autoPromotionEnabled: true } }),
      ['Stage test'],
    ],
    [
      'a Stage whose automation is off from now on',
      aStage({ status: { autoPromotionEnabled: true } }),
      aStage({ status: { autoPromotionEnabled: false } }),
      [],
    ],
    ...[
      ['PromotionTask', 'demo'],
      ['ClusterPromotionTask', ''],
    ].flatMap(([kind, namespace]): Row[] => {
      const task = (over: Partial<ResourceMetadata> = {}) =>
        ({
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind,
          metadata: { ...metadataOf('t', over), namespace },
        } as Resource);
      const failed = 'Stages readyReason=ReconcileError';
      return [
        [
          `a new ${kind}, which a Stage may have missed`,
          undefined,
          task(),
          [failed],
        ],
        [`other steps of a ${kind}`, task(), task({ generation: 2 }), [failed]],
        [
          `labels of a ${kind} wake nobody`,
          task(),
          task({ labels: { a: 'b' } }),
          [],
        ],
        [`a ${kind} that is gone wakes nobody`, task(), undefined, []],
      ];
    }),
    [
      'other labels of a Stage, which policies select it by',
      aStage(),
      aStage({ metadata: { labels: { a: 'b' } } }),
      ['Stage test'],
    ],
    [
      'other labels of a Warehouse wake nobody',
      aWarehouse(),
      aWarehouse({ metadata: { labels: { a: 'b' } } }),
      [],
    ],
    [
      'a Stage that lost its steps is counted no more, and nothing waits for it',
      aStage(),
      aStage({
        metadata: { generation: 2 },
        spec: { promotionTemplate: undefined },
      }),
      ['Stage test', 'Promotions active=test', 'Project demo'],
    ],
    [
      'a Stage that never had steps',
      aStage({ spec: { promotionTemplate: undefined } }),
      aStage({
        metadata: { generation: 2 },
        spec: { promotionTemplate: undefined },
      }),
      ['Stage test'],
    ],
    [
      'a Stage that became healthy is counted',
      aStage(),
      aStage({ status: healthy }),
      ['Project demo'],
    ],
    [
      'an acknowledged Promotion',
      aStage(),
      aStage({ status: { currentPromotion: { name: 'p1' } } }),
      ['Promotion p1'],
    ],
    [
      'a Promotion that was acknowledged already',
      aStage({ status: { currentPromotion: { name: 'p1' } } }),
      aStage({
        status: { currentPromotion: { name: 'p1' }, freightSummary: 'x' },
      }),
      [],
    ],
    [
      'a request to refresh',
      annotated({ 'kargo.akuity.io/refresh': 'a' }),
      annotated({ 'kargo.akuity.io/refresh': 'b' }),
      ['Stage test'],
    ],
    [
      'the same request again',
      annotated({ 'kargo.akuity.io/refresh': 'a' }),
      annotated({ 'kargo.akuity.io/refresh': 'a', other: 'x' }),
      [],
    ],
    [
      'a request taken back',
      annotated({ 'kargo.akuity.io/refresh': 'a' }),
      annotated({}),
      [],
    ],
    [
      'a request to verify again',
      aStage(),
      annotated({ 'kargo.akuity.io/reverify': 'v1' }),
      ['Stage test'],
    ],
    [
      'the same one, written as JSON',
      annotated({ 'kargo.akuity.io/reverify': 'v1' }),
      annotated({ 'kargo.akuity.io/reverify': '{"id":"v1","actor":"jo"}' }),
      [],
    ],
    [
      'a request that cannot be read',
      aStage(),
      annotated({ 'kargo.akuity.io/reverify': 'true' }),
      [],
    ],
    [
      'new Freight',
      undefined,
      aFreight('f1'),
      ['Stages awaitedOrigin=Warehouse/web'],
    ],
    [
      'Freight newly verified',
      aFreight('f1'),
      aFreight('f1', { status: { verifiedIn: { test: VERIFIED } } }),
      ['Stages awaitedStage=test'],
    ],
    [
      'verified Freight that comes back',
      aFreight('f1', { status: { verifiedIn: { test: VERIFIED } } }),
      aFreight('f1', {
        status: {
          verifiedIn: { test: VERIFIED },
          currentlyIn: { test: SINCE },
        },
      }),
      ['Stages awaitedStage=test'],
    ],
    [
      'Freight that enters and is verified at once wakes once',
      aFreight('f1'),
      aFreight('f1', {
        status: {
          verifiedIn: { test: VERIFIED },
          currentlyIn: { test: SINCE },
        },
      }),
      ['Stages awaitedStage=test'],
    ],
    [
      'Freight that enters unverified wakes nobody',
      aFreight('f1'),
      aFreight('f1', { status: { currentlyIn: { test: SINCE } } }),
      [],
    ],
    [
      'verified Freight that leaves, so that what follows the Stage sees one',
      aFreight('f1', {
        status: {
          verifiedIn: { test: VERIFIED },
          currentlyIn: { test: SINCE },
        },
      }),
      aFreight('f1', { status: { verifiedIn: { test: VERIFIED } } }),
      ['Stages awaitedStage=test'],
    ],
    [
      'Freight that leaves unverified wakes nobody',
      aFreight('f1', { status: { currentlyIn: { test: SINCE } } }),
      aFreight('f1', { status: { currentlyIn: {} } }),
      [],
    ],
    [
      'approved Freight',
      aFreight('f1'),
      aFreight('f1', { status: { approvedFor: { prod: APPROVED } } }),
      ['Stage prod'],
    ],
    [
      'Freight that is gone wakes whoever could have used it',
      aFreight('f1', {
        status: {
          verifiedIn: { test: VERIFIED },
          approvedFor: { prod: APPROVED },
        },
      }),
      undefined,
      [
        'Stages awaitedOrigin=Warehouse/web',
        'Stages currentFreight=f1',
        'Stage prod',
        'Stages awaitedStage=test',
      ],
    ],
    [
      'a Promotion without a phase wakes itself',
      undefined,
      aPromotion('p1'),
      ['Promotion p1'],
    ],
    [
      'a Promotion that waits wakes its Stage alone',
      undefined,
      inPhase('Pending'),
      ['Stage test'],
    ],
    [
      'a Promotion in another phase',
      inPhase('Running'),
      inPhase('Succeeded'),
      ['Stage test'],
    ],
    [
      'a Promotion that starts, and whose Stage knows its Freight',
      aPromotion('p1', {
        status: {
          phase: 'Pending',
          freight: {
            name: 'f1',
            origin: { kind: 'Warehouse', name: 'web' },
          },
        },
      }),
      inPhase('Running'),
      [],
    ],
    [
      'a Promotion that starts, and whose Stage does not know its Freight',
      inPhase('Pending'),
      inPhase('Running'),
      ['Stage test'],
    ],
    [
      'a Promotion that goes on',
      inPhase('Running'),
      aPromotion('p1', { status: { phase: 'Running', currentStep: 3 } }),
      [],
    ],
    [
      'a Promotion that begins to wait, which its Stage tells',
      inPhase('Running'),
      waitingFor('a merge', '2026-01-01T00:00:30Z'),
      ['Stage test'],
    ],
    [
      'a Promotion that looked, and waits for the same',
      waitingFor('a merge', '2026-01-01T00:00:30Z'),
      waitingFor('a merge', '2026-01-01T00:01:00Z'),
      [],
    ],
    [
      'a Promotion that waits for something else',
      waitingFor('a merge', '2026-01-01T00:00:30Z'),
      waitingFor('a review, then a merge', '2026-01-01T00:00:30Z'),
      ['Stage test'],
    ],
    [
      'a Promotion that waits no more',
      waitingFor('a merge', '2026-01-01T00:00:30Z'),
      inPhase('Running'),
      ['Stage test'],
    ],
    [
      'a Promotion that is gone while it runs',
      inPhase('Running'),
      undefined,
      ['Stage test', 'Promotion p1'],
    ],
    [
      'a Promotion that is gone before it began, which its Stage may have acknowledged',
      aPromotion('p1'),
      undefined,
      ['Stage test', 'Promotion p1'],
    ],
    [
      'a Promotion that is gone after it ended',
      inPhase('Succeeded'),
      undefined,
      ['Stage test'],
    ],
    [
      'a Promotion to be aborted',
      inPhase('Running'),
      aPromotion('p1', {
        annotations: { 'kargo.akuity.io/abort': 'terminate' },
        status: { phase: 'Running' },
      }),
      ['Promotion p1'],
    ],
    [
      'another policy',
      config(),
      config({ generation: 2 }),
      ['ProjectConfig demo', 'Stages any='],
    ],
    [
      'a policy that is gone',
      config(),
      undefined,
      ['Stages any=', 'ProjectConfig demo'],
    ],
    [
      'a Secret of a project, by which a webhook receiver may be known',
      undefined,
      secret('demo'),
      ['ProjectConfig demo'],
    ],
    [
      'a Secret of the installation that is gone',
      secret('kargo-system-resources'),
      undefined,
      ['ClusterConfig cluster'],
    ],
    [
      'a new Warehouse',
      undefined,
      aWarehouse(),
      ['Warehouse web', 'Project demo'],
    ],
    [
      'a Warehouse that became healthy',
      aWarehouse(),
      aWarehouse({ status: healthy }),
      ['Project demo'],
    ],
    ['an AnalysisRun that goes on', run('Running'), run('Running'), []],
    [
      'an AnalysisRun that begins to measure',
      run('Pending'),
      run('Running'),
      ['Stage test'],
    ],
    [
      'an AnalysisRun that has ended',
      run('Running'),
      run('Failed'),
      ['Stage test', 'AnalysisJobs analysisRun=r1'],
    ],
    [
      'an AnalysisRun that is gone',
      run('Successful'),
      undefined,
      ['Stage test'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(wakeups(change(before, after)).map(text)).toEqual(expected);
  });

  it.each<[string, string, Resource | undefined, Resource | undefined]>([
    ['new credentials', 'demo', undefined, credential('demo')],
    ['changed ones', 'demo', credential('demo'), credential('demo')],
    ['a Secret that becomes one', 'demo', secret('demo'), credential('demo')],
    ['one that is gone', 'demo', credential('demo'), undefined],
    ['shared ones', 'every project', undefined, credential('shared')],
  ])(
    'lets failed Warehouses try again with other credentials: %s',
    (_, where, before, after) => {
      const [, found] = wakeups(change(before, after));
      expect(found).toEqual({
        kind: 'Warehouse',
        ...(where !== 'every project' && { namespace: where }),
        index: { name: 'failing', value: '' },
      });
    },
  );

  it('lets no Warehouse try again because of a Secret that is no credential', () => {
    expect(
      wakeups(change(undefined, secret('demo'))).filter(
        wakeup => 'kind' in wakeup && wakeup.kind === 'Warehouse',
      ),
    ).toEqual([]);
  });

  it('looks for Stages in the project of the change alone', () => {
    const [found] = wakeups(change(undefined, aFreight('f1')));
    expect(found).toMatchObject({ kind: 'Stage', namespace: 'demo' });
  });

  it('lets the Project count what changes within a second once', () => {
    const found = wakeups(change(undefined, aStage()));
    expect(found[1]).toMatchObject({ delayMs: 1_000 });
  });

  it('finds no Stage by Freight that it holds', () => {
    const held = aStage({ status: { freightHistory: [aCollection('f1')] } });
    expect(wakeups(change(aStage(), held))).toEqual([]);
  });
});
