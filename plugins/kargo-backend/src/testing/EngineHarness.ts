import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { TracingService } from '@backstage/backend-plugin-api/alpha';
import {
  KindMap,
  Promotion,
  PromotionConfigs,
  PromotionDryRun,
  Warehouse,
  WarehouseDryRun,
  Resource,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  AnyStep,
  AnySubscriptionType,
  AnyWebhookReceiverType,
  createStep,
  CredentialsLookup,
  HealthChecker,
} from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { parseAllDocuments, parseDocument } from 'yaml';
import { z } from 'zod';
import { StoreCredentialsLookup } from '../adapters/credentials/StoreCredentialsLookup';
import { SqlWorkQueue } from '../adapters/queue/SqlWorkQueue';
import { isPostgres } from '../adapters/store/dialect';
import { migrateDatabase } from '../adapters/store/migrate';
import { SecretCipher } from '../adapters/store/SecretCipher';
import { SqlResourceStore } from '../adapters/store/SqlResourceStore';
import { createUlidSource, createUuid } from '../adapters/system/ids';
import {
  FindLateFiles,
  FolderWorkspaces,
} from '../adapters/workspace/FolderWorkspaces';
import { SqlWebhookDeliveries } from '../adapters/webhooks/SqlWebhookDeliveries';
import { createArgoCdHealthChecker } from '../builtins/health-checkers/argocd-update/checker';
import { indexesWith } from '../engine/indexes';
import { StoreAnalysisJobs } from '../engine/verification/StoreAnalysisJobs';
import { createJobProvider } from '../builtins/metric-providers/job/provider';
import { builtinReceivers } from '../builtins/receivers';
import { DelegatedAnalyses } from '../ports/DelegatedAnalyses';
import { JobRunner } from '../ports/JobRunner';
import { EngineProgress, silentProgress } from '../engine/runtime/progress';
import { createWakeupRule } from '../engine/wakeups';
import { DEFAULT_SHARED_NAMESPACE } from '../logic/sharedNamespaces';
import { ArgoCds } from '../ports/ArgoCd';
import { WakeupRule } from '../ports/Changes';
import { buildWebhookExpressions } from '../wiring/buildBuiltins';
import { BuildCapabilitiesOptions } from '../wiring/buildCapabilities';
import { BuiltEngine, buildEngine } from '../wiring/buildEngine';
import { traceStore } from '../wiring/tracing/traceStore';
import { FakeClock } from './FakeClock';
import { logWarnings } from './logWarnings';
import { offlineCapabilities } from './offlineCapabilities';
import { PublishedImages } from './PublishedImages';
import { ScenarioDatabase } from './ScenarioDatabase';
import { silentTracing } from './silentTracing';
import { anyKind, KindIn } from '../ports/kinds';

const ACTOR = { actor: 'user:default/tester' };
const SETTLE_LIMIT_MS = 60_000;
const WAIT_LIMIT_MS = 60_000;
/** Long, so that what is marked has to be heard of. */
const POLL_MS = 3_600_000;
/** Of a replica beside another, which hears of nothing that the other knows to be due later. */
const REPLICA_POLL_MS = 60_000;

function offline(): never {
  throw new Error('There is no network in this test');
}

const noJobs: JobRunner = {
  refusal: () => 'there are no jobs in this test',
  advance: offline,
  remove: async () => {},
};

let sharedSecrets: SecretCipher | undefined;

/** One for all harnesses: deriving a key takes longer than making all the rest of one. */
function defaultSecrets(): SecretCipher {
  sharedSecrets ??= SecretCipher.create({
    keys: ['0123456789abcdef0123456789abcdef'],
  });
  return sharedSecrets;
}

/** What a harness may be given beyond its defaults. */
export interface EngineHarnessOptions {
  /** Steps beside `noop`. */
  steps?: AnyStep[];
  subscriptionTypes?: AnySubscriptionType[];
  healthCheckers?: HealthChecker[];
  /** None by default. */
  argoCds?: ArgoCds;
  metricProviders?: AnyMetricProvider[];
  /** Runs jobs, by the metric provider `job`. */
  jobRunner?: JobRunner;
  /** Who runs AnalysisRuns; the engine itself by default. */
  rollouts?: DelegatedAnalyses;
  /** Credentials of repositories; none by default. */
  credentials?: CredentialsLookup;
  /** What the capabilities of steps are made from, instead of nothing that leads out. */
  capabilities?: Partial<BuildCapabilitiesOptions>;
  /** Brings what checkouts of Promotions have left out. */
  lateFiles?: FindLateFiles;
  /** A database that is migrated already or empty; in-memory SQLite by default. */
  knex?: Knex;
  clock?: FakeClock;
  /** Observes the engine. */
  progress?: EngineProgress;
  /** Where spans go; nowhere by default. */
  tracing?: TracingService;
  /** Whom changes wake; the engine's own rule by default. */
  wakeups?: WakeupRule;
  /** What secrets are encrypted with; there is one by default. */
  encryptionKeys?: string[];
}

/** A step that succeeds and does nothing. */
export const noopStep = createStep({
  id: 'noop',
  description: 'Does nothing.',
  config: z.looseObject({}),
  async run() {
    return { kind: 'succeeded' };
  },
});

/**
 * A real engine on a real store with a clock that stands still: scenarios are told with
 * `apply`, `publish`, `advance`, `settle`, `get` and `events`.
 */
export class EngineHarness {
  static async create(
    options: EngineHarnessOptions = {},
  ): Promise<EngineHarness> {
    const knex = options.knex ?? (await ScenarioDatabase.openSqlite()).knex;
    await migrateDatabase(knex);
    const root = await mkdtemp(join(tmpdir(), 'kargo-harness-'));
    const harness = new EngineHarness(options, knex, root);
    await harness.start();
    return harness;
  }

  readonly clock: FakeClock;
  readonly store: SqlResourceStore;
  readonly queue: SqlWorkQueue;
  readonly deliveries: SqlWebhookDeliveries;
  readonly receiverTypes: Map<string, AnyWebhookReceiverType>;
  private readonly images = new PublishedImages();
  private built: BuiltEngine;
  private readonly secrets: SecretCipher;
  /** Another replica on the same data. */
  private second?: BuiltEngine;
  private isRunning = false;
  private refreshes = 0;
  /** Warnings and errors of the engine, for the message of a test that fails. */
  readonly log: string[] = [];

  private constructor(
    private readonly options: EngineHarnessOptions,
    private readonly knex: Knex,
    /** Where the folders of Promotions are kept. */
    readonly root: string,
  ) {
    this.clock = options.clock ?? FakeClock.create();
    this.secrets = options.encryptionKeys
      ? SecretCipher.create({ keys: options.encryptionKeys })
      : defaultSecrets();
    this.queue = SqlWorkQueue.create({ knex, clock: this.clock });
    this.store = SqlResourceStore.create({
      knex,
      clock: this.clock,
      indexes: indexesWith(byId(options.subscriptionTypes ?? [])).declarations,
      wakeups: options.wakeups ?? createWakeupRule(DEFAULT_SHARED_NAMESPACE),
      secrets: this.secrets,
      queue: this.queue,
    });
    this.deliveries = SqlWebhookDeliveries.create({ knex });
    this.receiverTypes = byId(
      builtinReceivers(buildWebhookExpressions(this.clock)),
    );
    this.built = this.build();
  }

  get admission() {
    return this.built.admission;
  }

  get explanations() {
    return this.built.explanations;
  }

  /** Applies multi-document YAML as a user would. */
  async apply(yaml: string): Promise<void> {
    for (const document of parseAllDocuments(yaml)) {
      await this.admission.replace(document.toJS(), ACTOR, { upsert: true });
    }
  }

  /** Pushes an image; the Warehouses that watch it see it at their next discovery. */
  publish(repoURL: string, tag: string): void {
    this.images.publish(repoURL, tag);
  }

  /** Asks a resource to be looked at again, as the API does. */
  async refresh(kind: string, name: string, namespace = 'demo'): Promise<void> {
    this.refreshes += 1;
    await this.store.patch(
      { kind: anyKind(kind), namespace, name },
      {
        metadata: {
          annotations: {
            // Two of them at one instant are two.
            'kargo.akuity.io/refresh': `${this.clock.now()} ${this.refreshes}`,
          },
        },
      },
    );
  }

  /** Goes on where a Promotion failed, as the API does. */
  async retry(name: string): Promise<Promotion> {
    return this.built.promotions.retry(
      await this.get('Promotion', name),
      ACTOR,
    );
  }

  /** What promoting would do, as the API asks. */
  async dryRun(
    stage: string,
    freight: string,
    signal = new AbortController().signal,
  ): Promise<PromotionDryRun> {
    return this.built.dryRuns.run(
      await this.get('Stage', stage),
      { freight },
      { ...ACTOR, signal },
    );
  }

  /** What the Warehouse of a manifest would find, as the API asks. */
  async dryRunWarehouse(
    yaml: string,
    signal = new AbortController().signal,
  ): Promise<WarehouseDryRun> {
    const { resource } = await this.admission.rehearse(
      parseDocument(yaml).toJS(),
      ACTOR,
      { verb: 'create', assumed: new Set(['Project demo']) },
    );
    return this.built.discoveryDryRuns.run(resource as Warehouse, signal);
  }

  /** What the steps of a Promotion are configured with, as the API tells. */
  async stepConfigs(promotion: string): Promise<PromotionConfigs> {
    return this.built.stepConfigs.read(
      await this.get('Promotion', promotion),
      new AbortController().signal,
    );
  }

  /** Clears folders away that nobody needs, as upkeep does now and then. */
  async removeLeftovers(): Promise<void> {
    await this.built.removeLeftovers();
  }

  async promote(stage: string, freight: string): Promise<Resource> {
    return this.admission.create(
      {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Promotion',
        metadata: { namespace: 'demo' },
        spec: { stage, freight },
      },
      ACTOR,
    );
  }

  /** Moves the clock and waits until everything that became due is done. */
  async advance(milliseconds: number): Promise<void> {
    await this.clock.advance(milliseconds);
    await this.settle();
  }

  /** Waits until no key is due and nothing is being worked on. */
  async settle(): Promise<void> {
    const end = Date.now() + SETTLE_LIMIT_MS;
    let quiet = 0;
    while (quiet < 3) {
      // Work that waits for a disk or a server is not hurried by looking.
      await (quiet > 0 ? setImmediate() : delay(1));
      const { due, leased } = await this.queue.stats();
      quiet = due + leased === 0 ? quiet + 1 : 0;
      if (Date.now() > end) {
        throw new Error(
          `The engine does not settle: ${due} keys due, ${leased} being worked on\n${this.log
            .slice(-10)
            .join('\n')}`,
        );
      }
    }
  }

  /** Turns the event loop, and moves no clock, until the condition holds. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + WAIT_LIMIT_MS;
    while (!(await condition())) {
      await setImmediate();
      if (performance.now() > end) {
        throw new Error(
          `It does not come to that\n${this.log.slice(-10).join('\n')}`,
        );
      }
    }
  }

  get<K extends KindIn<KindMap>>(
    kind: K,
    name: string,
    namespace = 'demo',
  ): Promise<ResourceOf<K>> {
    return this.store.get({ kind, namespace, name });
  }

  async list<K extends KindIn<KindMap>>(
    kind: K,
  ): Promise<Array<ResourceOf<K>>> {
    return (await this.store.list(kind)).items;
  }

  /** Reasons of all events so far, oldest first. */
  async events(): Promise<string[]> {
    const events = await this.list('Event');
    return events
      .map(event => `${event.metadata.name.split('.').at(-1)} ${event.reason}`)
      .sort()
      .map(text => text.split(' ')[1]);
  }

  async start(): Promise<void> {
    this.isRunning = true;
    await this.startEngine();
  }

  /** Stops the engine and starts another on the same data, as a restart does. */
  async restart(): Promise<void> {
    await this.built.engine.stop();
    this.built = this.build();
    await this.startEngine();
  }

  /**
   * Starts another replica beside the first; or, when there is one, ends the first. A portal
   * on SQLite has no replicas: it ends before another takes its place.
   */
  async changeReplicas(): Promise<void> {
    if (!isPostgres(this.knex)) {
      await this.built.engine.stop();
      this.built = this.build();
      await this.startEngine();
    } else if (this.second) {
      await this.built.engine.stop();
      this.built = this.second;
      this.second = undefined;
    } else {
      this.second = this.build(REPLICA_POLL_MS);
      await this.startEngine(this.second);
    }
  }

  /** Ends the engine, and the database unless another harness goes on with it. */
  async stop(options: { keepDatabase?: boolean } = {}): Promise<void> {
    if (this.isRunning) {
      this.isRunning = false;
      await this.built.engine.stop();
      await this.second?.engine.stop();
      if (!options.keepDatabase) {
        await this.knex.destroy();
      }
      await rm(this.root, { recursive: true, force: true });
    }
  }

  private async startEngine({ engine } = this.built): Promise<void> {
    engine.start();
    await this.until(() => engine.health().state === 'running');
  }

  private build(pollMs = POLL_MS): BuiltEngine {
    const stored = StoreCredentialsLookup.create({
      store: this.store,
      clock: this.clock,
      logger: logWarnings(this.log),
      providers: [],
      sharedNamespace: DEFAULT_SHARED_NAMESPACE,
      fetch: offline,
      isPlainHttpAllowed: () => false,
    });
    const {
      steps = [],
      subscriptionTypes = [],
      healthCheckers = [],
      argoCds,
      metricProviders = [],
      credentials = stored,
      capabilities,
      lateFiles,
      rollouts,
      tracing = silentTracing,
    } = this.options;
    return buildEngine({
      store: traceStore(this.store, tracing),
      tracing,
      queue: this.queue,
      clock: this.clock,
      ids: {
        uuid: createUuid,
        ulid: createUlidSource({ clock: this.clock }),
      },
      random: () => 0,
      logger: logWarnings(this.log),
      progress: this.options.progress ?? silentProgress,
      workspaces: FolderWorkspaces.create({
        workingDirectory: this.root,
        lateFiles,
      }),
      workingTrees: capabilities?.workingTrees ?? { open: offline },
      credentials,
      credentialVersions: stored,
      capabilities: offlineCapabilities({
        clock: this.clock,
        ...(argoCds && { argoCds }),
        ...capabilities,
      }),
      sealer: this.secrets,
      steps: byId([noopStep as AnyStep, ...steps]),
      subscriptionTypes: byId([
        this.images.subscriptionType(),
        ...subscriptionTypes,
      ]),
      healthCheckers: byId([
        ...healthCheckers,
        ...(argoCds ? [createArgoCdHealthChecker(argoCds)] : []),
      ]),
      receiverTypes: this.receiverTypes,
      webhookBaseURL: 'https://portal.example/api/kargo',
      webhookDeliveries: this.deliveries,
      metricProviders: byId([
        createJobProvider({
          jobs: StoreAnalysisJobs.create(this.store),
          runner: this.options.jobRunner ?? noJobs,
        }) as AnyMetricProvider,
        ...metricProviders,
      ]),
      http: () => ({ send: offline, open: offline }),
      jobRunner: this.options.jobRunner ?? noJobs,
      ...(rollouts && { rollouts }),
      sharedNamespace: DEFAULT_SHARED_NAMESPACE,
      tuning: {
        // Long, so that moving the clock far does not look like a replica that is gone.
        leaseMs: 365 * 24 * 3_600_000,
        heartbeatMs: 3_600_000,
        pollMs,
        graceMs: 30_000,
        sweepMs: 24 * 3_600_000,
        minimumDiscoveryIntervalMs: 0,
        concurrency: {
          jobs: 4,
          promotions: 4,
          stages: 4,
          verifications: 4,
          warehouses: 4,
        },
      },
    });
  }
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map(item => [item.id, item]));
}
