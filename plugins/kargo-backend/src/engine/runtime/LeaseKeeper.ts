import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { Clock } from '../../ports/Clock';
import { WorkQueue } from '../../ports/WorkQueue';
import { Attempt } from './Attempt';

/** What keeping leases needs. Durations in milliseconds. */
export interface LeaseKeeperOptions {
  queue: WorkQueue;
  clock: Clock;
  logger: LoggerService;
  leaseMs: number;
  heartbeatMs: number;
  /** What is being worked on now. */
  attempts: () => Iterable<Attempt>;
  /** Why a running reconcile of the key shall stop, after somebody marked it. */
  stopReason: (key: ResourceKey) => Promise<string | undefined>;
}

/**
 * Prolongs the leases of all running attempts, in one statement per heartbeat, and tells
 * the attempts what it learns: that the lease is lost, or that somebody asked again and
 * wants the work to stop.
 *
 * @remarks
 * States: idle → beating, while something runs → idle. A lease that could not be
 * prolonged for its whole length is lost: another replica may have taken it, and two must
 * not go on. It is asked first and judged afterwards, so that a process that stood still
 * for long, during which nothing of it ran, goes on when nobody took its place.
 */
export class LeaseKeeper {
  #beating?: Promise<void>;
  #isAsked = false;
  #wake: () => void = () => undefined;

  static create(options: LeaseKeeperOptions): LeaseKeeper {
    return new LeaseKeeper(options);
  }

  private constructor(private readonly options: LeaseKeeperOptions) {}

  /** Begins to beat, if it does not yet: something runs. */
  keep(): void {
    this.#beating ??= this.#beatWhileBusy();
  }

  /** Beats at once: somebody marked what runs. */
  askNow(): void {
    this.#isAsked = true;
    this.#wake();
  }

  /** Resolves when it does not beat any more. */
  async idle(): Promise<void> {
    this.askNow();
    await this.#beating;
  }

  async #beatWhileBusy(): Promise<void> {
    for (;;) {
      await this.#pause();
      const attempts = this.#running();
      if (attempts.length === 0) {
        // In the same step: what begins right after has to begin to beat.
        this.#beating = undefined;
        return;
      }
      await this.#beat(attempts);
    }
  }

  async #pause(): Promise<void> {
    if (!this.#isAsked) {
      const woken = new AbortController();
      this.#wake = () => woken.abort('woken');
      await this.options.clock
        .sleep(this.options.heartbeatMs, woken.signal)
        // Rejects when woken early, which is the point.
        .catch(() => undefined);
      this.#wake = () => undefined;
    }
    this.#isAsked = false;
  }

  async #beat(attempts: Attempt[]): Promise<void> {
    const { queue, clock, logger, leaseMs } = this.options;
    const asked = clock.monotonic();
    try {
      const states = await this.#inTime(
        queue.extend(
          attempts.map(attempt => attempt.claim),
          leaseMs,
        ),
      );
      for (const [index, attempt] of attempts.entries()) {
        if (states[index] === 'lost') {
          this.#lose(attempt, 'another replica has taken it');
          continue;
        }
        attempt.proveLease(asked);
        if (states[index] === 'askedAgain') {
          await this.#askController(attempt);
        }
      }
    } catch (error) {
      logger.warn('Failed to prolong leases', toError(error));
      for (const attempt of attempts.filter(a => a.isLeaseOver(leaseMs))) {
        this.#lose(attempt, 'it could not be prolonged');
      }
    }
  }

  /** A database that does not answer is as good as gone once the leases are over. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock, leaseMs } = this.options;
    const over = new AbortController();
    try {
      return await Promise.race([
        answer,
        clock.sleep(leaseMs, over.signal).then(() => {
          throw new Error('The database does not answer');
        }),
      ]);
    } finally {
      over.abort('over');
    }
  }

  /** One that has ended meanwhile has lost nothing: whoever settled it freed the row. */
  #lose(attempt: Attempt, why: string): void {
    attempt.stop(
      'leaseLost',
      `Lost the lease of ${formatKey(attempt.key)}: ${why}`,
    );
  }

  async #askController(attempt: Attempt): Promise<void> {
    const { stopReason, logger } = this.options;
    try {
      const reason = await stopReason(attempt.key);
      if (reason !== undefined) {
        attempt.stop('aborted', reason);
      }
    } catch (error) {
      // The next beat asks again.
      logger.warn('Failed to look what was asked of running work', {
        key: formatKey(attempt.key),
        error: toError(error).message,
      });
    }
  }

  #running(): Attempt[] {
    return [...this.options.attempts()];
  }
}
