import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { formatKey } from 'backstage-plugin-kargo-common';
import { backoff, RECONCILE_BACKOFF } from '../../logic/promotion/retryPolicy';
import { toTimestamp } from '../../logic/timestamps';
import { Clock } from '../../ports/Clock';
import { Claim, WorkQueue } from '../../ports/WorkQueue';
import { Controller, Requeue } from './Controller';
import { EngineProgress } from './progress';

/** What a work loop needs. Durations in milliseconds. */
export interface WorkLoopOptions {
  name: string;
  controllers: Controller[];
  queue: WorkQueue;
  clock: Clock;
  logger: LoggerService;
  progress: EngineProgress;
  random: () => number;
  /** Reconciles at a time. */
  concurrency: number;
  leaseMs: number;
  /** Longest pause: how late marks of other replicas are noticed. */
  pollMs: number;
}

/** A running loop. */
export interface WorkLoop {
  /** Stops claiming, asks running work to stop, and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Claims due keys, reconciles them and settles them, until stopped.
 *
 * @remarks
 * States: pausing → claiming → pausing …; work runs beside it, never more than
 * `concurrency`. A key is never worked on twice at once: the claim's lease sees to that,
 * and `extend` keeps it while the work lasts. Lost leases and shutdown fire the signal of
 * the reconcile; unfinished work is given back on shutdown.
 */
export function startWorkLoop(options: WorkLoopOptions): WorkLoop {
  const { queue, clock, logger, concurrency, leaseMs, pollMs } = options;
  const byKind = new Map(options.controllers.map(c => [c.kind, c]));
  const kinds = [...byKind.keys()];
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  let wake: () => void = () => undefined;
  let isWoken = false;

  function wakeUp(): void {
    isWoken = true;
    wake();
  }

  async function run(): Promise<void> {
    const unsubscribe = queue.onMarked(marked => {
      if (kinds.some(kind => marked.has(kind))) {
        wakeUp();
      }
    });
    try {
      while (!stopping.signal.aborted) {
        if (!(await claim())) {
          await pause();
        }
      }
    } finally {
      unsubscribe();
    }
  }

  /** Takes as much as there is room for; whether more may be due. */
  async function claim(): Promise<boolean> {
    isWoken = false;
    const free = concurrency - inFlight.size;
    if (free <= 0) {
      return false;
    }
    try {
      const claims = await queue.claimDue({
        limit: free,
        leaseForMs: leaseMs,
        kinds,
      });
      for (const taken of claims) {
        const work = process(taken).finally(() => {
          inFlight.delete(work);
          wakeUp();
        });
        inFlight.add(work);
      }
      return claims.length === free;
    } catch (error) {
      logger.error('Failed to claim work', toError(error));
      return false;
    }
  }

  async function process(taken: Claim): Promise<void> {
    const started = clock.now();
    const lost = new AbortController();
    const signal = AbortSignal.any([stopping.signal, lost.signal]);
    const stopHeartbeat = startHeartbeat(taken, lost);
    let failure: Error | undefined;
    try {
      const next = await byKind.get(taken.key.kind)!.reconcile(taken.key, {
        nowMs: started,
        now: toTimestamp(started),
        signal,
        attempts: taken.attempts,
      });
      await settle(taken, next);
    } catch (error) {
      failure = toError(error);
      await giveBack(taken, failure);
    } finally {
      stopHeartbeat();
    }
    options.progress.reconciled({
      key: taken.key,
      durationMs: clock.now() - started,
      delayMs: taken.delayMs,
      error: stopping.signal.aborted ? undefined : failure,
    });
  }

  async function settle(taken: Claim, next: Requeue): Promise<void> {
    if (stopping.signal.aborted) {
      await queue.release(taken);
      return;
    }
    await queue.settle(
      taken,
      next.kind === 'never' ? 'never' : { afterMs: next.ms },
    );
  }

  async function giveBack(taken: Claim, error: Error): Promise<void> {
    try {
      if (stopping.signal.aborted) {
        await queue.release(taken);
        return;
      }
      const delay = isConflict(error)
        ? 0
        : backoff(taken.attempts + 1, RECONCILE_BACKOFF, options.random());
      logFailure(taken, error, delay);
      await queue.fail(taken, error.message, {
        afterMs: delay,
        askedAfterMs: Math.min(delay, 1_000),
      });
    } catch (cause) {
      // The lease runs out and the key is taken again.
      logger.error('Failed to give back work', toError(cause));
    }
  }

  function logFailure(taken: Claim, error: Error, retryInMs: number): void {
    const details = { key: formatKey(taken.key), retryInMs };
    if (isConflict(error)) {
      logger.debug('Reconcile met a concurrent change', details);
    } else {
      logger.warn('Reconcile failed', { ...details, error: error.message });
    }
  }

  function startHeartbeat(taken: Claim, lost: AbortController): () => void {
    const timer = setInterval(() => {
      queue.extend([taken], leaseMs).then(
        ([state]) => {
          if (state === 'lost') {
            lost.abort(new Error(`Lost the lease of ${formatKey(taken.key)}`));
          }
        },
        error => logger.warn('Failed to extend a lease', toError(error)),
      );
    }, leaseMs / 3);
    timer.unref();
    return () => clearInterval(timer);
  }

  async function pause(): Promise<void> {
    if (isWoken) {
      return;
    }
    const over = new AbortController();
    wake = () => over.abort();
    // A mark between the last claim and this line must not be slept through.
    const next = await nextDue();
    if (!isWoken && !stopping.signal.aborted) {
      const wait = Math.min(next ?? Infinity, pollMs);
      const full = inFlight.size >= concurrency;
      await clock
        .sleep(full ? pollMs : wait, over.signal)
        // Rejects when woken early, which is the point.
        .catch(() => undefined);
    }
    wake = () => undefined;
  }

  async function nextDue(): Promise<number | undefined> {
    try {
      return await queue.nextDueIn([{ kinds }]);
    } catch (error) {
      logger.error('Failed to read the work queue', toError(error));
      return pollMs;
    }
  }

  const loop = run();
  return {
    async stop() {
      stopping.abort(new Error('The engine is stopping'));
      wakeUp();
      await loop;
      await Promise.allSettled(inFlight);
    },
  };
}

function isConflict(error: Error): boolean {
  return error.name === 'ConflictError';
}
