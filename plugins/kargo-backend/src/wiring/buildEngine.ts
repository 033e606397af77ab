import { LoggerService } from '@backstage/backend-plugin-api';
import { Promotion, Resource, Stage } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  AnySubscriptionType,
  CredentialsLookup,
  GitUser,
} from 'backstage-plugin-kargo-node';
import { AliasSource } from '../engine/admission/AliasSource';
import { Admission } from '../engine/admission/Admission';
import { Promotions } from '../engine/admission/Promotions';
import { ConfigController } from '../engine/kinds/shared/ConfigController';
import { ProjectController } from '../engine/kinds/project/ProjectController';
import { PromotionController } from '../engine/kinds/promotion/PromotionController';
import { StageController } from '../engine/kinds/stage/StageController';
import { WarehouseController } from '../engine/kinds/warehouse/WarehouseController';
import { Engine } from '../engine/runtime/Engine';
import { EngineProgress } from '../engine/runtime/progress';
import { StoreControlPlane } from '../engine/promotion/StoreControlPlane';
import { StoreStepExpressions } from '../engine/promotion/StoreStepExpressions';
import { StoreEventSink } from '../engine/StoreEventSink';
import { evaluateCriteria } from '../expressions/criteria';
import { SYSTEM_NAMESPACE } from '../logic/sharedNamespaces';
import { Clock } from '../ports/Clock';
import { HealthChecker } from '../ports/HealthChecker';
import { Ids } from '../ports/Ids';
import { ResourceStore } from '../ports/ResourceStore';
import { WorkQueue } from '../ports/WorkQueue';
import { Workspaces } from '../ports/Workspaces';

/** Numbers that tune an engine; milliseconds. */
export interface EngineTuning {
  leaseMs: number;
  pollMs: number;
  sweepMs: number;
  minimumDiscoveryIntervalMs: number;
  concurrency: { promotions: number; stages: number; warehouses: number };
}

/** What an engine is built from. */
export interface BuildEngineOptions {
  store: ResourceStore;
  queue: WorkQueue;
  clock: Clock;
  ids: Ids;
  random: () => number;
  logger: LoggerService;
  progress: EngineProgress;
  workspaces: Workspaces;
  credentials: CredentialsLookup;
  gitUser: () => Promise<GitUser>;
  steps: ReadonlyMap<string, AnyStep>;
  subscriptionTypes: ReadonlyMap<string, AnySubscriptionType>;
  healthCheckers: ReadonlyMap<string, HealthChecker>;
  sharedNamespace: string;
  uiBaseURL?: string;
  tuning: EngineTuning;
}

/** The engine, and the way into the store that shares its rules. */
export interface BuiltEngine {
  engine: Engine;
  admission: Admission;
  events: StoreEventSink;
}

/** Builds the object graph of the engine. */
export function buildEngine(options: BuildEngineOptions): BuiltEngine {
  const { store, clock, ids, random, logger, tuning } = options;
  const events = StoreEventSink.create({ store, logger });
  const aliases = AliasSource.create({ store, ids, random });
  const promotions = Promotions.create({ store, events, ids, clock });
  const admission = Admission.create({
    store,
    promotions,
    aliases,
    events,
    ids,
    clock,
    subscriptionTypes: [...options.subscriptionTypes.keys()],
    sharedNamespaces: [options.sharedNamespace, SYSTEM_NAMESPACE],
  });
  const shared = { ...options, events };
  const engine = Engine.create({
    ...shared,
    leaseMs: tuning.leaseMs,
    pollMs: tuning.pollMs,
    sweepMs: tuning.sweepMs,
    prepare: () => removeLeftovers(store, options.workspaces),
    pools: [
      {
        name: 'stages',
        concurrency: tuning.concurrency.stages,
        controllers: [
          StageController.create({ ...shared, promotions }),
          ProjectController.create({ store }),
          ConfigController.create({ store, kind: 'ProjectConfig' }),
          ConfigController.create({ store, kind: 'ClusterConfig' }),
        ],
      },
      {
        name: 'promotions',
        concurrency: tuning.concurrency.promotions,
        controllers: [
          PromotionController.create({
            ...shared,
            expressions: StoreStepExpressions.create(options),
            capabilities: (promotion: Promotion, stage: Stage) => ({
              credentials: options.credentials,
              gitUser: options.gitUser,
              controlPlane: StoreControlPlane.create({
                store,
                aliases,
                promotion,
                stage,
              }),
            }),
          }),
        ],
      },
      {
        name: 'warehouses',
        concurrency: tuning.concurrency.warehouses,
        controllers: [
          WarehouseController.create({
            ...shared,
            aliases,
            minimumIntervalMs: tuning.minimumDiscoveryIntervalMs,
            evaluateCriteria: warehouse =>
              evaluateCriteria(
                warehouse.spec.freightCreationCriteria?.expression ?? '',
                warehouse.status?.discoveredArtifacts ?? { discoveredAt: '' },
                clock.now(),
              ),
          }),
        ],
      },
    ],
  });
  return { engine, admission, events };
}

/** Folders of Promotions that ended while nobody was here. */
async function removeLeftovers(
  store: ResourceStore,
  workspaces: Workspaces,
): Promise<void> {
  const { items } = await store.list<Resource>('Promotion', {
    index: { name: 'unfinished', value: '' },
  });
  await workspaces.removeOthers(new Set(items.map(item => item.metadata.uid)));
}
