import { setImmediate } from 'node:timers/promises';
import { LoggerService } from '@backstage/backend-plugin-api';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { SqlWorkQueue } from '../adapters/queue/SqlWorkQueue';
import { migrateDatabase } from '../adapters/store/migrate';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../engine/runtime/Controller';
import { silentProgress } from '../engine/runtime/progress';
import { Worker, WorkerTuning } from '../engine/runtime/Worker';
import { WorkQueue } from '../ports/WorkQueue';
import { FakeClock } from './FakeClock';
import { mockLogger } from './mockLogger';
import { createMemoryDatabase } from './memoryDatabase';

const WAIT_LIMIT_MS = 60_000;

/** What a reconcile does in a test. */
export type Job = (context: ReconcileContext) => Requeue | Promise<Requeue>;

/** Lets a signal end a job, as well-behaved work does. */
export const untilStopped: Job = ({ signal }) =>
  new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) {
      end();
    }
    signal.addEventListener('abort', end, { once: true });
  });

/** A job that a test ends when it wants, whatever its signal says. */
export function untilTold(): { job: Job; end: (next?: Requeue) => void } {
  let end: (next?: Requeue) => void = () => undefined;
  const ended = new Promise<Requeue>(resolve => {
    end = (next = requeue.never) => resolve(next);
  });
  return { job: () => ended, end };
}

/** A worker on an embedded database, with a clock that a test moves and jobs that it writes. */
export class WorkerHarness {
  static async create(
    options: {
      tuning?: Partial<WorkerTuning>;
      concurrency?: number;
      deadlineMs?: number;
      /** Of another worker: both then work on one database. */
      beside?: WorkerHarness;
      /** How it hears of what those beside it mark; only by looking when absent. */
      others?: WorkQueue['others'];
      /** Puts something between the worker and its queue. */
      wrapQueue?: (queue: WorkQueue) => WorkQueue;
    } = {},
  ): Promise<WorkerHarness> {
    const knex = options.beside?.knex ?? (await openDatabase());
    return new WorkerHarness(knex, options);
  }

  readonly clock: FakeClock;
  readonly queue: SqlWorkQueue;
  readonly worker: Worker;
  /** Names in the order in which their reconciles began. */
  readonly begun: string[] = [];
  /** Names of what runs now. */
  readonly running: string[] = [];
  /** Why running work shall stop, by name. */
  readonly stopReasons = new Map<string, string>();
  readonly log: string[] = [];
  readonly queueUse: Array<Error | undefined> = [];
  private readonly jobs = new Map<string, Job[]>();
  private readonly ownsDatabase: boolean;

  private constructor(
    private readonly knex: Knex,
    options: NonNullable<Parameters<typeof WorkerHarness.create>[0]>,
  ) {
    this.ownsDatabase = !options.beside;
    this.clock = options.beside?.clock ?? FakeClock.create();
    this.queue = SqlWorkQueue.create({ knex, clock: this.clock });
    const controller: Controller = {
      kind: 'Job',
      ...(options.deadlineMs && { deadlineMs: options.deadlineMs }),
      reconcile: (key, context) => this.reconcile(key, context),
      stopReason: async key => this.stopReasons.get(key.name),
    };
    this.worker = Worker.create({
      lanes: [
        {
          name: 'jobs',
          controllers: [controller],
          concurrency: options.concurrency ?? 4,
        },
      ],
      queue: options.beside
        ? sharedQueue(this.queue, options.others ?? 'unheard')
        : options.wrapQueue?.(this.queue) ?? this.queue,
      clock: this.clock,
      logger: this.logger(),
      progress: silentProgress,
      random: () => 0,
      leaseMs: 9_000,
      heartbeatMs: 1_000,
      pollMs: 1_000,
      graceMs: 8_000,
      ...options.tuning,
      onQueueUse: failure => this.queueUse.push(failure),
    });
  }

  /** Plans what the next reconciles of a name do; they end at once when nothing is planned. */
  plan(name: string, ...jobs: Job[]): void {
    this.jobs.set(name, [...(this.jobs.get(name) ?? []), ...jobs]);
  }

  /** Marks keys due: `name`, or `project/name`. */
  async mark(...names: string[]): Promise<void> {
    await this.queue.markDue(names.map(name => ({ key: jobKey(name) })));
  }

  /** Turns the event loop, and moves no clock, until the condition holds. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + WAIT_LIMIT_MS;
    while (!(await condition())) {
      if (performance.now() > end) {
        throw new Error(
          `It does not come to that. Begun: ${this.begun.join(
            ' ',
          )}; running: ${this.running.join(' ')}; log: ${this.log.join('; ')}`,
        );
      }
      await setImmediate();
    }
  }

  /** Moves the clock in small steps until the condition holds; milliseconds that it took. */
  async advanceUntil(
    condition: () => boolean | Promise<boolean>,
    stepMs = 100,
  ): Promise<number> {
    const start = this.clock.monotonic();
    await this.until(async () => {
      if (await condition()) {
        return true;
      }
      await this.clock.advance(stepMs);
      // Statements of the database take some turns.
      for (let turn = 0; turn < 5; turn++) {
        await setImmediate();
      }
      return condition();
    });
    return this.clock.monotonic() - start;
  }

  async stop(): Promise<void> {
    let isStopped = false;
    const stopping = this.worker.stop().finally(() => {
      isStopped = true;
    });
    // Jobs that ignore their signal are given up after a grace.
    await this.advanceUntil(() => isStopped, 1_000);
    await stopping;
    if (this.ownsDatabase) {
      await this.knex.destroy();
    }
  }

  private async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { name } = key;
    this.begun.push(name);
    this.running.push(name);
    try {
      const job = this.jobs.get(name)?.shift();
      return job ? await job(context) : requeue.never;
    } finally {
      this.running.splice(this.running.indexOf(name), 1);
    }
  }

  private logger(): LoggerService {
    const note = (message: string, meta?: unknown) =>
      this.log.push(`${message} ${JSON.stringify(meta)}`);
    return mockLogger({ warn: note, error: note });
  }
}

/** A queue of which it knows that others use it too. */
function sharedQueue(
  queue: SqlWorkQueue,
  others: WorkQueue['others'],
): WorkQueue {
  return new Proxy(queue, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property, target);
      if (property === 'others') {
        return others;
      }
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** The key of `name`, or of `project/name`. */
export function jobKey(name: string): ResourceKey {
  const [namespace, own] = name.includes('/') ? name.split('/') : ['p', name];
  return { kind: 'Job', namespace, name: own };
}

async function openDatabase(): Promise<Knex> {
  const knex = createMemoryDatabase();
  await migrateDatabase(knex);
  return knex;
}
