import {
  ANNOTATIONS,
  Freight,
  isConditionTrue,
  originKey,
  Promotion,
  Resource,
  ResourceKey,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { parseVerificationRequest } from '../logic/stage/decideVerification';
import { ResourceChange, Wakeup } from '../ports/ResourceStore';

/** Kinds that a controller reconciles. */
const RECONCILED = new Set([
  'Project',
  'ProjectConfig',
  'ClusterConfig',
  'Warehouse',
  'Stage',
  'Promotion',
]);

/**
 * Who must look again because of a change.
 *
 * @remarks
 * Pure, and called in the transaction of the write. A resource wakes its own controller
 * when it is created, deleted, its spec changed or somebody asked by annotation; its own
 * status writes do not. Freight wakes Stages by index, so that nothing is searched.
 */
export function wakeups(change: ResourceChange): Wakeup[] {
  return [...wakeSelf(change), ...wakeOthers(change)];
}

function wakeSelf({ type, key, before, after }: ResourceChange): Wakeup[] {
  if (!RECONCILED.has(key.kind)) {
    return [];
  }
  if (type === 'created') {
    return isQueued(after) ? [] : [{ key }];
  }
  if (type !== 'updated' || !before || !after) {
    return [];
  }
  const isSpecChange = before.metadata.generation !== after.metadata.generation;
  const isDeletion =
    !before.metadata.deletionTimestamp && !!after.metadata.deletionTimestamp;
  return isSpecChange || isDeletion || isAsked(before, after) ? [{ key }] : [];
}

/** Whether it is a Promotion that has nothing to do until its Stage acknowledges it. */
function isQueued(resource: Resource | undefined): boolean {
  return (
    resource?.kind === 'Promotion' &&
    (resource as Promotion).status?.phase === 'Pending'
  );
}

/** Whether an annotation asks for something that the previous one did not. */
function isAsked(before: Resource, after: Resource): boolean {
  return (
    isRenewed(before, after, ANNOTATIONS.refresh, value => value) ||
    isRenewed(
      before,
      after,
      ANNOTATIONS.reverify,
      value => parseVerificationRequest(value)?.id,
    ) ||
    isRenewed(before, after, ANNOTATIONS.abort, value => value)
  );
}

function isRenewed(
  before: Resource,
  after: Resource,
  annotation: string,
  identify: (value: string) => string | undefined,
): boolean {
  const [old, current] = [before, after].map(resource => {
    const value = resource.metadata.annotations?.[annotation];
    return value ? identify(value) : undefined;
  });
  return current !== undefined && current !== old;
}

function wakeOthers(change: ResourceChange): Wakeup[] {
  switch (change.key.kind) {
    case 'Freight':
      return wakeByFreight(change);
    case 'Promotion':
      return wakeByPromotion(change);
    case 'Stage':
      return wakeByStage(change);
    case 'ProjectConfig':
      return wakeEveryStage(change);
    case 'Warehouse':
      return wakeProject(change);
    case 'AnalysisRun':
      return wakeByAnalysisRun(change);
    default:
      return [];
  }
}

function wakeByFreight({ type, key, before, after }: ResourceChange): Wakeup[] {
  const freight = after as Freight | undefined;
  if (type === 'created' && freight) {
    return [
      {
        kind: 'Stage',
        namespace: key.namespace,
        index: { name: 'directOrigin', value: originKey(freight.origin) },
      },
    ];
  }
  if (type !== 'updated' || !freight) {
    return [];
  }
  const old = (before as Freight | undefined)?.status ?? {};
  const status = freight.status ?? {};
  const approved = added(old.approvedFor, status.approvedFor).map(stage => ({
    key: { kind: 'Stage', namespace: key.namespace, name: stage },
  }));
  const released = new Set([
    ...added(old.verifiedIn, status.verifiedIn),
    ...added(old.currentlyIn, status.currentlyIn).filter(
      stage => status.verifiedIn?.[stage],
    ),
  ]);
  const downstream = [...released].map(stage => ({
    kind: 'Stage',
    namespace: key.namespace,
    index: { name: 'upstreamStage', value: stage },
  }));
  return [...approved, ...downstream];
}

function added(
  before: object | undefined,
  after: object | undefined,
): string[] {
  return Object.keys(after ?? {}).filter(name => !(name in (before ?? {})));
}

function wakeByPromotion({ before, after }: ResourceChange): Wakeup[] {
  const promotion = (after ?? before) as Promotion | undefined;
  const isPhaseChange =
    (before as Promotion | undefined)?.status?.phase !==
    (after as Promotion | undefined)?.status?.phase;
  return promotion && isPhaseChange ? [{ key: stageKey(promotion) }] : [];
}

function stageKey(promotion: Promotion): ResourceKey {
  return {
    kind: 'Stage',
    namespace: promotion.metadata.namespace ?? '',
    name: promotion.spec.stage,
  };
}

function wakeByStage(change: ResourceChange): Wakeup[] {
  const { key } = change;
  const acknowledged = (change.after as Stage | undefined)?.status
    ?.currentPromotion?.name;
  const previous = (change.before as Stage | undefined)?.status
    ?.currentPromotion?.name;
  const promotion: Wakeup[] =
    acknowledged && acknowledged !== previous
      ? [
          {
            key: {
              kind: 'Promotion',
              namespace: key.namespace,
              name: acknowledged,
            },
          },
        ]
      : [];
  return [...promotion, ...wakeProject(change)];
}

/** The Project counts healthy Warehouses and Stages. */
function wakeProject({ type, key, before, after }: ResourceChange): Wakeup[] {
  const isHealthy = (resource: Resource | undefined) =>
    isConditionTrue(
      (resource as Stage | Warehouse | undefined)?.status,
      'Healthy',
    );
  const isCounted =
    type !== 'updated' || isHealthy(before) !== isHealthy(after);
  return isCounted
    ? [{ key: { kind: 'Project', namespace: '', name: key.namespace } }]
    : [];
}

/** A policy may let Stages promote that could not before. */
function wakeEveryStage({
  type,
  key,
  before,
  after,
}: ResourceChange): Wakeup[] {
  const isChange =
    type !== 'updated' ||
    before?.metadata.generation !== after?.metadata.generation;
  return isChange
    ? [
        {
          kind: 'Stage',
          namespace: key.namespace,
          index: { name: 'any', value: '' },
        },
      ]
    : [];
}

function wakeByAnalysisRun({ key }: ResourceChange): Wakeup[] {
  return [
    {
      kind: 'Stage',
      namespace: key.namespace,
      index: { name: 'analysisRun', value: key.name },
    },
  ];
}
