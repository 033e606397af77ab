import {
  ANNOTATIONS,
  KindName,
  KINDS,
  Resource,
} from 'backstage-plugin-kargo-common';
import { aPromotion, aStage, metadataOf } from '../../testing/resourceBuilders';
import { ManifestAsk, manifestAsks, ManifestVerb } from './manifestAsks';

function text(ask: ManifestAsk): string {
  const { name } = ask.permission;
  switch (ask.on) {
    case 'stages':
      return `${name} of Stage ${ask.stages.join(', ')}`;
    case 'project':
      return `${name} of the project`;
    default:
      return name;
  }
}

function asked(
  kind: string,
  verb: ManifestVerb,
  over: { manifest?: unknown; stored?: Resource; isShared?: boolean } = {},
): string[] {
  return manifestAsks({
    verb,
    key: { kind, namespace: 'demo', name: 'x' },
    manifest: { kind, metadata: { name: 'x' } },
    stored: undefined,
    isShared: false,
    ...over,
  }).map(text);
}

const MANAGE = 'kargo.project.manage of the project';
const CREDENTIALS = 'kargo.credentials.manage of the project';
const CLUSTER = 'kargo.cluster.manage';

/** What a plain manifest of each kind asks to create, to update and to delete. */
const TABLE: Record<KindName, [string, string, string] | 'refused'> = {
  Project: ['kargo.project.create', MANAGE, MANAGE],
  ProjectConfig: [MANAGE, MANAGE, MANAGE],
  ClusterConfig: [CLUSTER, CLUSTER, CLUSTER],
  Warehouse: [MANAGE, MANAGE, MANAGE],
  Freight: [MANAGE, MANAGE, MANAGE],
  Stage: [MANAGE, MANAGE, MANAGE],
  Promotion: [
    'kargo.stage.promote of Stage test',
    'kargo.stage.promote of Stage test',
    MANAGE,
  ],
  PromotionTask: [MANAGE, MANAGE, MANAGE],
  ClusterPromotionTask: [CLUSTER, CLUSTER, CLUSTER],
  AnalysisTemplate: [MANAGE, MANAGE, MANAGE],
  ClusterAnalysisTemplate: [CLUSTER, CLUSTER, CLUSTER],
  AnalysisRun: [MANAGE, MANAGE, MANAGE],
  Secret: [CREDENTIALS, CREDENTIALS, CREDENTIALS],
  ConfigMap: [MANAGE, MANAGE, MANAGE],
  ServiceAccount: [MANAGE, MANAGE, MANAGE],
  AnalysisJob: 'refused',
  ApiToken: 'refused',
  Event: 'refused',
  Role: [MANAGE, MANAGE, MANAGE],
  RoleBinding: [MANAGE, MANAGE, MANAGE],
};

const VERBS: ManifestVerb[] = ['create', 'update', 'delete'];
const CASES = Object.entries(TABLE).flatMap(([kind, asks]) =>
  VERBS.map((verb, index) => [verb, kind, asks, index] as const),
);

const ended = aPromotion('x', { status: { phase: 'Succeeded' } });
const running = aPromotion('x', { status: { phase: 'Running' } });

function storedOf(kind: string): Resource {
  return kind === 'Promotion'
    ? ended
    : {
        apiVersion: KINDS[kind as KindName].apiVersion,
        kind,
        metadata: metadataOf('x'),
      };
}

function promotionTo(
  stage: string,
  annotations: Record<string, string> = {},
): unknown {
  return { kind: 'Promotion', metadata: { annotations }, spec: { stage } };
}

const ABORT = { [ANNOTATIONS.abort]: 'terminate' };

describe('manifestAsks', () => {
  it('has a line for every kind', () => {
    expect(Object.keys(TABLE).sort()).toEqual(Object.keys(KINDS).sort());
  });

  it.each(CASES.filter(([, , asks]) => asks !== 'refused'))(
    'to %s a %s asks what the table says',
    (verb, kind, asks, index) => {
      const stored = verb === 'create' ? undefined : storedOf(kind);
      const manifest = stored ?? promotionTo('test');
      expect(asked(kind, verb, { manifest, stored })).toEqual([asks[index]]);
    },
  );

  it.each(CASES.filter(([, , asks]) => asks === 'refused'))(
    'nobody may %s a %s',
    (verb, kind) => {
      expect(() => asked(kind, verb)).toThrow('written by Kargo');
    },
  );

  it.each(['Secret', 'ConfigMap'])(
    'a shared %s is the installation’s',
    kind => {
      expect(asked(kind, 'update', { isShared: true })).toEqual([CLUSTER]);
    },
  );

  it.each<
    [string, string, ManifestVerb, unknown, Resource | undefined, string[]]
  >([
    [
      'a Promotion that says it is for another Stage than it is',
      'Promotion',
      'update',
      promotionTo('prod'),
      ended,
      ['kargo.stage.promote of Stage test, prod'],
    ],
    [
      'an abort by manifest',
      'Promotion',
      'update',
      promotionTo('test', ABORT),
      running,
      [
        'kargo.stage.promote of Stage test',
        'kargo.promotion.abort of Stage test',
      ],
    ],
    [
      'an abort that was asked for already',
      'Promotion',
      'update',
      promotionTo('test', ABORT),
      aPromotion('x', { annotations: ABORT, status: { phase: 'Running' } }),
      ['kargo.stage.promote of Stage test'],
    ],
    [
      'a running Promotion that is deleted',
      'Promotion',
      'delete',
      promotionTo('test'),
      running,
      [MANAGE, 'kargo.promotion.abort of Stage test'],
    ],
    [
      'a Promotion that is not there',
      'Promotion',
      'delete',
      promotionTo('test'),
      undefined,
      [MANAGE],
    ],
    [
      'a Stage that is to be verified again',
      'Stage',
      'update',
      { metadata: { annotations: { [ANNOTATIONS.reverify]: 'v1' } } },
      aStage(),
      [MANAGE, 'kargo.stage.verify of Stage x'],
    ],
    [
      'a new Stage that says so',
      'Stage',
      'create',
      { metadata: { annotations: { [ANNOTATIONS.reverify]: 'v1' } } },
      undefined,
      [MANAGE],
    ],
    [
      'annotations that are no texts',
      'Stage',
      'update',
      { metadata: { annotations: { [ANNOTATIONS.reverify]: 7 } } },
      aStage(),
      [MANAGE],
    ],
    [
      'no metadata at all',
      'Stage',
      'update',
      { metadata: null },
      aStage(),
      [MANAGE],
    ],
  ])('%s', (_, kind, verb, manifest, stored, expected) => {
    expect(asked(kind, verb, { manifest, stored })).toEqual(expected);
  });
});
