import { LoggerService } from '@backstage/backend-plugin-api';
import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { KargoEvent } from 'backstage-plugin-kargo-common';
import { AliasSource } from '../engine/admission/AliasSource';
import { Admission } from '../engine/admission/Admission';
import { Promotions } from '../engine/admission/Promotions';
import { KIND_MODULES } from '../engine/kinds';
import { WarehouseDryRuns } from '../engine/kinds/warehouse/WarehouseDryRuns';
import { ControllerServices, WorkerPoolName } from '../engine/kinds/KindModule';
import { completeCapabilities } from '../engine/promotion/completeCapabilities';
import { StepDryRuns } from '../engine/promotion/dryRun/StepDryRuns';
import { StoreStepConfigs } from '../engine/promotion/StoreStepConfigs';
import { StoreStepExpressions } from '../engine/promotion/StoreStepExpressions';
import { Controller } from '../engine/runtime/Controller';
import { Engine } from '../engine/runtime/Engine';
import { StoreExplanations } from '../engine/explanations/StoreExplanations';
import { WorkerTuning } from '../engine/runtime/Worker';
import { StoreEventSink } from '../engine/StoreEventSink';
import { SYSTEM_NAMESPACE } from '../logic/sharedNamespaces';
import { judgeCriteria } from '../logic/warehouse/judgeCriteria';
import { GitWorkingTrees } from '../ports/GitWorkingTree';
import { IndexedStore } from '../ports/ResourceIndex';
import { WorkQueue } from '../ports/WorkQueue';
import { LeftoversError, Workspaces } from '../ports/Workspaces';
import { traceController } from './tracing/traceController';
import { traceExpressions } from './tracing/traceExpressions';
import { traceSteps } from './tracing/traceSteps';

/** Numbers that tune an engine; milliseconds. */
export interface EngineTuning extends WorkerTuning {
  sweepMs: number;
  minimumDiscoveryIntervalMs: number;
  concurrency: Record<WorkerPoolName, number>;
}

/** What the engine makes itself of what it is given. */
type OwnServices = 'aliases' | 'events' | 'expressions' | 'promotions';

/** What an engine is built from: what its controllers are handed, and what it needs itself. */
export interface BuildEngineOptions
  extends Omit<ControllerServices, OwnServices | 'minimumDiscoveryIntervalMs'> {
  queue: WorkQueue;
  tracing: TracingService;
  /** Rejects while the folder of Promotions and mirrors cannot be used. */
  checkFolder?: () => Promise<void>;
  workingTrees: Pick<GitWorkingTrees, 'open'>;
  /** Whether image subscriptions must take tags as not moving. */
  requiresCacheByTag?: boolean;
  /** Told of every event once it is recorded. */
  announce?: (event: KargoEvent) => Promise<void>;
  tuning: EngineTuning;
}

/** The engine, and the way into the store that shares its rules. */
export interface BuiltEngine {
  engine: Engine;
  admission: Admission;
  promotions: Promotions;
  events: StoreEventSink;
  explanations: StoreExplanations;
  dryRuns: StepDryRuns;
  discoveryDryRuns: WarehouseDryRuns;
  stepConfigs: StoreStepConfigs;
  /** Removes folders of Promotions that ended, or were deleted, while nobody was here. */
  removeLeftovers(): Promise<void>;
}

const POOLS: WorkerPoolName[] = [
  'jobs',
  'stages',
  'promotions',
  'verifications',
  'warehouses',
];

/** Builds the object graph of the engine. */
export function buildEngine(given: BuildEngineOptions): BuiltEngine {
  const { store, clock, ids, random, tuning, tracing } = given;
  const options = { ...given, steps: traceSteps(given.steps, tracing) };
  const events = StoreEventSink.create(options);
  const aliases = AliasSource.create({ store, ids, random });
  const promotions = Promotions.create({ store, events, ids, clock });
  const installation = {
    steps: new Map(
      [...options.steps].map(([kind, step]) => [kind, step.config]),
    ),
    receiverTypes: options.receiverTypes,
    // What Argo Rollouts can measure is not known here.
    ...(!options.rollouts && { metricProviders: options.metricProviders }),
    requiresCacheByTag: options.requiresCacheByTag,
  };
  const admission = Admission.create({
    store,
    promotions,
    aliases,
    events,
    ids,
    clock,
    subscriptionTypes: [...options.subscriptionTypes.keys()],
    installation,
    sharedNamespaces: [options.sharedNamespace, SYSTEM_NAMESPACE],
  });
  const expressions = traceExpressions(
    StoreStepExpressions.create(options),
    tracing,
  );
  const dryRuns = StepDryRuns.create({
    ...options,
    promotions,
    expressions,
    capabilities: completeCapabilities({ ...options, aliases }),
  });
  const controllers = buildControllers({
    ...options,
    events,
    aliases,
    promotions,
    expressions,
    minimumDiscoveryIntervalMs: tuning.minimumDiscoveryIntervalMs,
  });
  const clearAway = () =>
    removeLeftovers(store, options.workspaces, dryRuns.inUse);
  const engine = Engine.create({
    ...options,
    ...tuning,
    prepare: () =>
      clearAway().catch(error => tellOfLeftovers(error, given.logger)),
    lanes: POOLS.map(name => ({
      name,
      concurrency: tuning.concurrency[name],
      controllers: controllers[name].map(controller =>
        traceController(controller, tracing),
      ),
    })),
    swept: Object.values(KIND_MODULES)
      .filter(({ controller }) => controller)
      .map(({ kind, controller }) => ({ kind, index: controller?.sweep })),
  });
  const explanations = StoreExplanations.create({
    store,
    clock,
    installation,
    judgeCriteria: warehouse => judgeCriteria(warehouse, clock.now()),
    minimumIntervalMs: options.tuning.minimumDiscoveryIntervalMs,
  });
  return {
    engine,
    admission,
    promotions,
    events,
    explanations,
    dryRuns,
    discoveryDryRuns: WarehouseDryRuns.create(options),
    stepConfigs: StoreStepConfigs.create({ ...options, expressions }),
    removeLeftovers: clearAway,
  };
}

/**
 * What cannot be removed keeps nothing from working.
 *
 * @throws the error when it says anything else
 */
function tellOfLeftovers(error: unknown, logger: LoggerService): void {
  if (!(error instanceof LeftoversError)) {
    throw error;
  }
  logger.warn(error.message);
}

/** The controllers of all kinds that have one, by the workers they share. */
function buildControllers(
  services: ControllerServices,
): Record<WorkerPoolName, Controller[]> {
  const pools: Record<WorkerPoolName, Controller[]> = {
    stages: [],
    jobs: [],
    promotions: [],
    verifications: [],
    warehouses: [],
  };
  for (const { controller } of Object.values(KIND_MODULES)) {
    if (controller) {
      pools[controller.pool].push(controller.create(services));
    }
  }
  return pools;
}

/** Folders of Promotions that ended while nobody was here. */
async function removeLeftovers(
  store: IndexedStore,
  workspaces: Workspaces,
  rehearsed: ReadonlySet<string>,
): Promise<void> {
  await workspaces.removeOthers(async () => {
    const { items } = await store.list('Promotion', {
      index: { name: 'unfinished', value: '' },
    });
    return new Set([...items.map(item => item.metadata.uid), ...rehearsed]);
  });
}
