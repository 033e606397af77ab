import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SqlWorkQueue } from 'backstage-plugin-kargo-backend/src/adapters/queue/SqlWorkQueue';
import { openDatabase } from 'backstage-plugin-kargo-backend/src/adapters/store/migrate';
import { ReplicaSignals } from 'backstage-plugin-kargo-backend/src/adapters/store/ReplicaSignals';
import { SecretCipher } from 'backstage-plugin-kargo-backend/src/adapters/store/SecretCipher';
import { SqlResourceStore } from 'backstage-plugin-kargo-backend/src/adapters/store/SqlResourceStore';
import {
  createUlidSource,
  createUuid,
} from 'backstage-plugin-kargo-backend/src/adapters/system/ids';
import { SystemClock } from 'backstage-plugin-kargo-backend/src/adapters/system/SystemClock';
import { FolderWorkspaces } from 'backstage-plugin-kargo-backend/src/adapters/workspace/FolderWorkspaces';
import { composeOutputStep } from 'backstage-plugin-kargo-backend/src/builtins/steps/compose-output/runner';
import { INDEXES } from 'backstage-plugin-kargo-backend/src/engine/indexes';
import { silentProgress } from 'backstage-plugin-kargo-backend/src/engine/runtime/progress';
import { createWakeupRule } from 'backstage-plugin-kargo-backend/src/engine/wakeups';
import { DEFAULT_SHARED_NAMESPACE } from 'backstage-plugin-kargo-backend/src/logic/sharedNamespaces';
import { offlineCapabilities } from 'backstage-plugin-kargo-backend/src/testing/offlineCapabilities';
import { silentTracing } from 'backstage-plugin-kargo-backend/src/testing/silentTracing';
import {
  type BuildEngineOptions,
  type BuiltEngine,
  buildEngine,
} from 'backstage-plugin-kargo-backend/src/wiring/buildEngine';
import { ImageSubscription } from 'backstage-plugin-kargo-common';
import type { Knex } from 'knex';
import { parseAllDocuments } from 'yaml';

type Steps = BuildEngineOptions['steps'];
type Subscriptions = BuildEngineOptions['subscriptionTypes'];
type AnySubscription = Subscriptions extends ReadonlyMap<string, infer T>
  ? T
  : never;
type AnyStep = Steps extends ReadonlyMap<string, infer T> ? T : never;

const ACTOR = { actor: 'user:default/bench' };
const QUIET_PAUSE_MS = 5;

/** What goes wrong belongs beside the figures, not into them. */
function complain(message: string, meta?: unknown): void {
  process.stderr.write(`${message} ${JSON.stringify(meta)}\n`);
}

const quietLogger: BuildEngineOptions['logger'] = {
  error: complain,
  warn: complain,
  info: () => undefined,
  debug: () => undefined,
  child: () => quietLogger,
};

/** Finds nothing: the Warehouse is fed by hand, and what is not installed would be asked again. */
const quietSubscription: AnySubscription = {
  id: 'image',
  description: 'Finds nothing',
  config: ImageSubscription,
  describe: () => 'image',
  repoURLs: () => [],
  discover: async () => ({
    discovery: { kind: 'image', result: { repoURL: '', references: [] } },
  }),
};

/** When a step of the benchmark began, on the clock of `performance.now()`. */
export interface StepRun {
  promotion: string;
  startedMs: number;
}

/**
 * The engine as a portal runs it, on a database and the clock of the machine, with one
 * step that notes when it was called.
 */
export class BenchEngine {
  static async start(knex: Knex): Promise<BenchEngine> {
    await openDatabase({ getClient: async () => knex });
    const root = await mkdtemp(join(tmpdir(), 'kargo-bench-engine-'));
    const bench = new BenchEngine(knex, root);
    bench.signals?.start();
    await bench.built.engine.start();
    await bench.settle();
    return bench;
  }

  readonly runs: StepRun[] = [];
  readonly store: SqlResourceStore;
  private readonly queue: SqlWorkQueue;
  private readonly signals?: ReplicaSignals;
  private readonly built: BuiltEngine;
  private statements = 0;
  private readonly count = () => {
    this.statements += 1;
  };

  private constructor(
    private readonly knex: Knex,
    private readonly root: string,
  ) {
    const clock = SystemClock.create();
    const secrets = SecretCipher.create({ keys: [] });
    const signals =
      knex.client.dialect === 'postgresql'
        ? ReplicaSignals.create({
            ...{ knex, clock, logger: quietLogger, random: () => 0 },
          })
        : undefined;
    this.signals = signals;
    this.queue = SqlWorkQueue.create({ knex, clock, signals });
    this.store = SqlResourceStore.create({
      ...{ knex, clock, secrets, signals, queue: this.queue },
      wakeups: createWakeupRule(DEFAULT_SHARED_NAMESPACE),
      indexes: INDEXES,
    });
    this.built = buildEngine({
      ...{ clock, store: this.store, queue: this.queue, logger: quietLogger },
      ids: { uuid: createUuid, ulid: createUlidSource({ clock }) },
      random: () => 0,
      progress: silentProgress,
      tracing: silentTracing,
      workspaces: FolderWorkspaces.create({ workingDirectory: root }),
      workingTrees: {
        open: async () => {
          throw new Error('There is no git in this benchmark');
        },
      },
      credentials: { find: async () => undefined },
      credentialVersions: { versionsOf: async () => [] },
      capabilities: offlineCapabilities(),
      sealer: secrets,
      steps: new Map([[composeOutputStep.id, this.notedStep() as AnyStep]]),
      subscriptionTypes: new Map([[quietSubscription.id, quietSubscription]]),
      healthCheckers: new Map(),
      metricProviders: new Map(),
      receiverTypes: new Map(),
      webhookBaseURL: 'https://portal.invalid/api/kargo',
      webhookDeliveries: {
        record: async () => {},
        list: async () => [],
        keepOnly: async () => {},
      },
      jobRunner: {
        refusal: () => 'there are no jobs in this benchmark',
        advance: async () => ({ kind: 'ended', phase: 'Stuck' }),
        remove: async () => {},
      },
      http: () => {
        throw new Error('There is no network in this benchmark');
      },
      sharedNamespace: DEFAULT_SHARED_NAMESPACE,
      // As the plugin has them when nothing is configured.
      tuning: {
        ...{ leaseMs: 9_000, heartbeatMs: 1_000, graceMs: 8_000 },
        ...{ pollMs: 1_000, sweepMs: 1_800_000 },
        minimumDiscoveryIntervalMs: 0,
        concurrency: {
          jobs: 4,
          promotions: 10,
          stages: 8,
          verifications: 10,
          warehouses: 20,
        },
      },
    });
  }

  /** Creates what multi-document YAML says. */
  async apply(yaml: string): Promise<void> {
    for (const document of parseAllDocuments(yaml)) {
      await this.create(document.toJS());
    }
  }

  create(manifest: unknown) {
    return this.built.admission.create(manifest, ACTOR);
  }

  /** Waits until nothing is due and nothing is being worked on. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await delay(QUIET_PAUSE_MS);
      const { due, leased } = await this.queue.stats();
      quiet = due + leased === 0 ? quiet + 1 : 0;
    }
  }

  /**
   * How many statements the database is asked for until the engine is quiet again, those
   * of waiting left out.
   */
  async countStatements(work: () => Promise<unknown>): Promise<number> {
    await this.settle();
    this.statements = 0;
    this.knex.on('query', this.count);
    await work();
    let polls = 0;
    for (let quiet = 0; quiet < 3; ) {
      await delay(QUIET_PAUSE_MS);
      polls += 1;
      const { due, leased } = await this.queue.stats();
      quiet = due + leased === 0 ? quiet + 1 : 0;
    }
    this.knex.removeListener('query', this.count);
    return this.statements - polls;
  }

  async stop(): Promise<void> {
    await this.built.engine.stop();
    await this.signals?.stop();
    await rm(this.root, { recursive: true, force: true });
  }

  /** A step of the product that does next to nothing, with a note of when it began. */
  private notedStep(): typeof composeOutputStep {
    return {
      ...composeOutputStep,
      run: async (config, context) => {
        const startedMs = performance.now();
        this.runs.push({ promotion: context.promotion, startedMs });
        return composeOutputStep.run(config, context);
      },
    };
  }
}
