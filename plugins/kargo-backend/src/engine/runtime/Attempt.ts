import { toError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { Clock } from '../../ports/Clock';
import { Claim } from '../../ports/WorkQueue';
import { Requeue } from './Controller';
import { AttemptStopped, StopScope } from './stopping';
import { untilGivenUp } from './untilGivenUp';

/** How an attempt ended. */
export type AttemptOutcome =
  | { kind: 'done'; next: Requeue }
  | { kind: 'failed'; error: Error }
  /** It was asked to stop and did not; whatever it still comes to is ignored. */
  | { kind: 'abandoned'; error: Error };

/**
 * One reconcile of one key, from its claim to its end.
 *
 * @remarks
 * States: running → ended; running → stopping → ended or abandoned. It is asked to stop
 * once: the first reason is the one that counts.
 */
export class Attempt {
  readonly #stopped = new AbortController();
  #claim: Claim;
  #scope?: StopScope;
  /** Monotonic time at which the lease was certainly ours. */
  #provenAt: number;
  readonly startedAt: number;

  static create(claim: Claim, clock: Clock): Attempt {
    return new Attempt(claim, clock);
  }

  private constructor(claim: Claim, private readonly clock: Clock) {
    this.#claim = claim;
    this.startedAt = clock.monotonic();
    this.#provenAt = this.startedAt;
  }

  get claim(): Claim {
    return this.#claim;
  }

  get key(): ResourceKey {
    return this.#claim.key;
  }

  /** Why it was asked to stop, if it was. */
  get scope(): StopScope | undefined {
    return this.#scope;
  }

  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /**
   * Goes on under another lease of the same row, which this process took although the
   * attempt was running: the old one had run out unnoticed. What was marked before stays
   * to be looked at, so the old `wanted` is kept.
   */
  adopt(claim: Claim): void {
    this.#claim = { ...this.#claim, lease: claim.lease };
    this.#provenAt = this.clock.monotonic();
  }

  /** Notes that the lease was ours at a monotonic time. */
  proveLease(at: number): void {
    this.#provenAt = Math.max(this.#provenAt, at);
  }

  /** Whether nobody could say for that many milliseconds that the lease is ours. */
  isLeaseOver(leaseMs: number): boolean {
    return this.clock.monotonic() - this.#provenAt >= leaseMs;
  }

  /** Asks it to stop; whoever asks first gives the reason. */
  stop(scope: StopScope, message: string): void {
    if (!this.#scope) {
      this.#scope = scope;
      this.#stopped.abort(new AttemptStopped(scope, message));
    }
  }

  /**
   * Runs the work to its end, or gives it up when it goes on for longer than `graceMs`
   * after it was asked to stop. Never rejects.
   *
   * @param options.deadlineMs - after which it is asked to stop
   */
  async run(
    work: () => Promise<Requeue>,
    options: { graceMs: number; deadlineMs?: number },
  ): Promise<AttemptOutcome> {
    const over = new AbortController();
    if (options.deadlineMs !== undefined) {
      this.#watchDeadline(options.deadlineMs, over.signal);
    }
    const end = await untilGivenUp(work, {
      signal: this.signal,
      graceMs: options.graceMs,
      clock: this.clock,
    });
    over.abort('over');
    switch (end.kind) {
      case 'returned':
        return { kind: 'done', next: end.value };
      case 'threw':
        return { kind: 'failed', error: toError(end.error) };
      default:
        return { kind: 'abandoned', error: this.#ignoredStop() };
    }
  }

  #watchDeadline(ms: number, over: AbortSignal): void {
    this.clock.sleep(ms, over).then(
      () =>
        this.stop(
          'deadline',
          `It took longer than ${Math.round(ms / 1000)} seconds`,
        ),
      // It ended before.
      () => undefined,
    );
  }

  #ignoredStop(): Error {
    const { message } = this.signal.reason as Error;
    return new Error(
      `${formatKey(this.key)} did not stop when asked to: ${message}`,
    );
  }
}
