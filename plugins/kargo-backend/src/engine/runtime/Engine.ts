import { toError } from '@backstage/errors';
import { keyOf, KindName } from 'backstage-plugin-kargo-common';
import { backoff, START_BACKOFF } from '../../logic/backoff';
import { toTimestamp } from '../../logic/timestamps';
import { EngineHealth } from '../../ports/EngineHealth';
import { ResourceStore } from '../../ports/ResourceStore';
import { Worker, WorkerOptions } from './Worker';

const SWEEP_PAGE = 500;
/** A sweep that failed is tried again after this, not at its next turn. */
const SWEEP_RETRY_MS = 30_000;
/** A database that is away for less than this is not worth a word. */
const IMPAIRED_AFTER_MS = 5_000;
const FOLDER_LOOK_MS = 10_000;

/** What may keep an engine that runs from its work, the weightiest first. */
const OBSTACLES = {
  queue:
    'The engine cannot use its database, so nothing is discovered or promoted. It goes on by itself as soon as it can; the log of the backend tells why',
  folder:
    'The engine cannot use the folder in which it works, so no promotion goes on and no git repository is read. It goes on by itself as soon as it can; the log of the backend tells why',
};

type Obstacle = keyof typeof OBSTACLES;

/** What a sweep marks: a kind, or only what one of its indexes holds. */
export interface SweptKind {
  kind: KindName;
  index?: { name: string; value: string };
}

/** What an engine needs. Durations in milliseconds. */
export interface EngineOptions extends Omit<WorkerOptions, 'onQueueUse'> {
  swept: SweptKind[];
  store: ResourceStore;
  /** How often every key is marked, in case a hint was lost. */
  sweepMs: number;
  /** Runs before the first claim until it succeeds, for example to remove leftovers. */
  prepare?: () => Promise<void>;
  /** Rejects while the folder in which it works cannot be used; makes it where it is gone. */
  checkFolder?: () => Promise<void>;
}

/**
 * The life of the engine in a replica: prepares, works, sweeps, stops.
 *
 * @remarks
 * States: stopped → starting → running → stopped. What fails at the start is tried again
 * for as long as it takes, and `health` tells of it: a portal whose engine does not run
 * must not look as if all were well. Every start marks every key once, so that a restart
 * looks at everything.
 */
export class Engine {
  #life?: { stopping: AbortController; ended: Promise<void> };
  #worker?: Worker;
  #health: EngineHealth;
  /** Monotonic time since which the queue cannot be used. */
  #failingSince?: number;
  readonly #obstacles = new Set<Obstacle>();

  static create(options: EngineOptions): Engine {
    return new Engine(options);
  }

  private constructor(private readonly options: EngineOptions) {
    this.#health = this.#healthOf('stopped');
  }

  /** Begins to live; what goes wrong from here on shows in `health`. */
  start(): void {
    if (this.#life) {
      throw new Error('The engine is running already');
    }
    const stopping = new AbortController();
    this.#health = this.#healthOf('starting', 'The engine is starting');
    this.#life = { stopping, ended: this.#live(stopping.signal) };
  }

  /** Stops claiming, asks running work to stop, and resolves when it has ended or was given up. */
  async stop(): Promise<void> {
    this.#life?.stopping.abort(new Error('The engine is stopping'));
    await this.#worker?.stop();
    await this.#life?.ended;
    this.#worker = undefined;
    this.#life = undefined;
    this.#health = this.#healthOf('stopped', 'The engine has been stopped');
  }

  health(): EngineHealth {
    return this.#health;
  }

  async #live(signal: AbortSignal): Promise<void> {
    await this.#prepare(signal);
    if (signal.aborted) {
      return;
    }
    this.#worker = Worker.create({
      ...this.options,
      onQueueUse: failure => this.#noteQueueUse(failure),
    });
    this.#worker.start();
    this.#obstacles.clear();
    this.#health = this.#healthOf('running');
    await Promise.all([this.#sweep(signal), this.#watchFolder(signal)]);
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const { prepare, logger, random } = this.options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await prepare?.();
        return;
      } catch (error) {
        const retryInMs = backoff(attempt, START_BACKOFF, random());
        logger.error('Failed to start the engine', {
          retryInMs,
          error: toError(error).message,
        });
        if (attempt === 1) {
          this.#health = this.#healthOf(
            'starting',
            'The engine cannot start, so nothing is discovered or promoted. It tries again by itself; the log of the backend tells why',
          );
        }
        await this.#pause(retryInMs, signal);
      }
    }
  }

  #noteQueueUse(failure: Error | undefined): void {
    const now = this.options.clock.monotonic();
    this.#failingSince = failure ? this.#failingSince ?? now : undefined;
    this.#note(
      'queue',
      this.#failingSince !== undefined &&
        now - this.#failingSince >= IMPAIRED_AFTER_MS,
    );
  }

  /** What stands in the way first is told, and the next once that is out of it. */
  #note(obstacle: Obstacle, isThere: boolean): void {
    if (isThere === this.#obstacles.has(obstacle)) {
      return;
    }
    if (isThere) {
      this.#obstacles.add(obstacle);
    } else {
      this.#obstacles.delete(obstacle);
    }
    const { state } = this.#health;
    if (state === 'running' || state === 'impaired') {
      const [worst] = (['queue', 'folder'] as const).filter(each =>
        this.#obstacles.has(each),
      );
      this.#health = worst
        ? this.#healthOf('impaired', OBSTACLES[worst])
        : this.#healthOf('running');
    }
  }

  /** Says once in the log that the folder cannot be used, and once that it can again. */
  async #watchFolder(signal: AbortSignal): Promise<void> {
    const { checkFolder, logger } = this.options;
    while (checkFolder && !signal.aborted) {
      const failure = await checkFolder().then(
        () => undefined,
        error => toError(error).message,
      );
      const wasAway = this.#obstacles.has('folder');
      if (failure !== undefined && !wasAway) {
        logger.error('The engine cannot use its folder', { error: failure });
      } else if (failure === undefined && wasAway) {
        logger.info('The engine can use its folder again');
      }
      this.#note('folder', failure !== undefined);
      await this.#pause(FOLDER_LOOK_MS, signal);
    }
  }

  #healthOf(state: EngineHealth['state'], message?: string): EngineHealth {
    return {
      state,
      since: toTimestamp(this.options.clock.now()),
      ...(message && { message }),
    };
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    const { logger, sweepMs } = this.options;
    while (!signal.aborted) {
      let pauseMs = sweepMs;
      try {
        await this.#markAll(signal);
      } catch (error) {
        if (!signal.aborted) {
          logger.error('Failed to sweep the work queue', toError(error));
        }
        pauseMs = Math.min(sweepMs, SWEEP_RETRY_MS);
      }
      await this.#pause(pauseMs, signal);
    }
  }

  async #markAll(signal: AbortSignal): Promise<void> {
    const { swept, store, queue } = this.options;
    for (const { kind, index } of swept) {
      let cursor: string | undefined;
      do {
        signal.throwIfAborted();
        const page = await store.list(kind, {
          limit: SWEEP_PAGE,
          unreadable: 'omit',
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

  /** Ends early, and well, when the engine stops. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.options.clock.sleep(ms, signal).catch(() => undefined);
  }
}
