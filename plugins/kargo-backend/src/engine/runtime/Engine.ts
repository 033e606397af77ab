import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { keyOf } from 'backstage-plugin-kargo-common';
import { Clock } from '../../ports/Clock';
import { ResourceStore } from '../../ports/ResourceStore';
import { WorkQueue } from '../../ports/WorkQueue';
import { Controller } from './Controller';
import { EngineProgress } from './progress';
import { startWorkLoop, WorkLoop } from './workLoop';

const SWEEP_PAGE = 500;

/** What a sweep marks: a kind, or only what one of its indexes holds. */
export interface SweptKind {
  kind: string;
  index?: { name: string; value: string };
}

/** Controllers that share a number of workers. */
export interface WorkerPool {
  name: string;
  controllers: Controller[];
  concurrency: number;
}

/** What an engine needs. Durations in milliseconds. */
export interface EngineOptions {
  pools: WorkerPool[];
  swept: SweptKind[];
  store: ResourceStore;
  queue: WorkQueue;
  clock: Clock;
  logger: LoggerService;
  progress: EngineProgress;
  random: () => number;
  leaseMs: number;
  pollMs: number;
  /** How often every key is marked, in case a hint was lost. */
  sweepMs: number;
  /** Runs once before the first claim, for example to remove leftovers. */
  prepare?: () => Promise<void>;
}

/**
 * Starts and stops the work loops and the sweep.
 *
 * @remarks
 * States: stopped → running → stopped. Start marks every key once, so that a restart
 * looks at everything.
 */
export class Engine {
  private loops: WorkLoop[] = [];
  private stopping?: AbortController;
  private sweeper?: Promise<void>;

  static create(options: EngineOptions): Engine {
    return new Engine(options);
  }

  private constructor(private readonly options: EngineOptions) {}

  async start(): Promise<void> {
    if (this.stopping) {
      throw new Error('The engine is running already');
    }
    this.stopping = new AbortController();
    await this.options.prepare?.();
    this.loops = this.options.pools.map(pool =>
      startWorkLoop({ ...this.options, ...pool }),
    );
    this.sweeper = this.sweep(this.stopping.signal);
  }

  /** Stops claiming, asks running work to stop, and resolves when it has ended. */
  async stop(): Promise<void> {
    this.stopping?.abort(new Error('The engine is stopping'));
    await Promise.all(this.loops.map(loop => loop.stop()));
    await this.sweeper;
    this.loops = [];
    this.stopping = undefined;
  }

  private async sweep(signal: AbortSignal): Promise<void> {
    const { clock, logger, sweepMs } = this.options;
    while (!signal.aborted) {
      try {
        await this.markAll(signal);
      } catch (error) {
        logger.error('Failed to sweep the work queue', toError(error));
      }
      // Rejects on stop, which ends the loop.
      await clock.sleep(sweepMs, signal).catch(() => undefined);
    }
  }

  private async markAll(signal: AbortSignal): Promise<void> {
    const { swept, store, queue } = this.options;
    for (const { kind, index } of swept) {
      let cursor: string | undefined;
      do {
        signal.throwIfAborted();
        const page = await store.list(kind, {
          limit: SWEEP_PAGE,
          ...(index && { index }),
          ...(cursor && { cursor }),
        });
        await queue.markDue(
          page.items.map(resource => ({ key: keyOf(resource) })),
        );
        cursor = page.nextCursor;
      } while (cursor);
    }
  }
}
