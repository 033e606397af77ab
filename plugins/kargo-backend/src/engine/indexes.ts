import {
  Freight,
  freightOrderKey,
  isConditionTrue,
  isControlFlow,
  isPromotionTerminal,
  KargoEvent,
  originKey,
  Promotion,
  Resource,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { originAndStage } from '../logic/stage/sourceIndexes';
import { normalizeRepoURLs } from '../logic/subscribedURLs';
import { IndexDeclaration } from '../ports/ResourceStore';

function values<T extends Resource>(select: (resource: T) => string[]) {
  return (resource: Resource) => select(resource as T);
}

function byOriginAndStage(relation: 'verifiedIn' | 'approvedFor') {
  return values<Freight>(freight =>
    Object.keys(freight.status?.[relation] ?? {}).map(stage =>
      originAndStage(originKey(freight.origin), stage),
    ),
  );
}

/** Changes whenever a declaration below does, so that a new version brings stored ones up to date. */
export const INDEXES_VERSION = '2';

/** What lists and wake-ups look up; every value is written with its resource. */
export const INDEXES: IndexDeclaration[] = [
  {
    kind: 'Freight',
    indexes: {
      origin: values<Freight>(freight => [originKey(freight.origin)]),
      alias: values<Freight>(freight => (freight.alias ? [freight.alias] : [])),
      currentlyIn: values<Freight>(freight =>
        Object.keys(freight.status?.currentlyIn ?? {}),
      ),
      relatedTo: values<Freight>(freight => [
        ...new Set([
          ...Object.keys(freight.status?.verifiedIn ?? {}),
          ...Object.keys(freight.status?.approvedFor ?? {}),
        ]),
      ]),
      verifiedIn: byOriginAndStage('verifiedIn'),
      approvedFor: byOriginAndStage('approvedFor'),
    },
    sortKeys: {
      age: resource => freightOrderKey(resource as Freight),
    },
  },
  {
    kind: 'Promotion',
    indexes: {
      stage: values<Promotion>(promotion => [promotion.spec.stage]),
      unfinished: values<Promotion>(promotion =>
        isPromotionTerminal(promotion.status?.phase) ? [] : [''],
      ),
      active: values<Promotion>(promotion =>
        isPromotionTerminal(promotion.status?.phase)
          ? []
          : [promotion.spec.stage],
      ),
    },
    sortKeys: {
      createdAt: resource => resource.metadata.creationTimestamp,
    },
  },
  {
    kind: 'Stage',
    indexes: {
      any: () => [''],
      directOrigin: values<Stage>(stage =>
        stage.spec.requestedFreight
          .filter(request => request.sources.direct)
          .map(request => originKey(request.origin)),
      ),
      upstreamStage: values<Stage>(stage => [
        ...new Set(
          stage.spec.requestedFreight.flatMap(
            request => request.sources.stages ?? [],
          ),
        ),
      ]),
      requestedOrigin: values<Stage>(stage =>
        stage.spec.requestedFreight.map(request => originKey(request.origin)),
      ),
      currentFreight: values<Stage>(stage =>
        Object.values(stage.status?.freightHistory?.[0]?.items ?? {}).map(
          item => item.name,
        ),
      ),
      analysisRun: values<Stage>(stage => {
        const run =
          stage.status?.freightHistory?.[0]?.verificationHistory?.[0]
            ?.analysisRun;
        return run ? [run.name] : [];
      }),
      regular: values<Stage>(stage => (isControlFlow(stage) ? [] : [''])),
      healthy: values<Stage>(stage =>
        isConditionTrue(stage.status, 'Healthy') && !isControlFlow(stage)
          ? ['']
          : [],
      ),
    },
  },
  {
    kind: 'Warehouse',
    indexes: {
      subscribedURL: values<Warehouse>(warehouse =>
        normalizeRepoURLs(warehouse.spec.subscriptions),
      ),
      healthy: values<Warehouse>(warehouse =>
        isConditionTrue(warehouse.status, 'Healthy') ? [''] : [],
      ),
    },
  },
  {
    kind: 'Event',
    sortKeys: {
      lastTimestamp: resource =>
        (resource as KargoEvent).lastTimestamp ??
        resource.metadata.creationTimestamp,
    },
  },
];
