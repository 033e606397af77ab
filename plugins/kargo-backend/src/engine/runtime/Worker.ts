import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { backoff, RECONCILE_BACKOFF } from '../../logic/backoff';
import { toTimestamp } from '../../logic/timestamps';
import { Clock } from '../../ports/Clock';
import { Claim, HeardMarks, WorkQueue } from '../../ports/WorkQueue';
import { Attempt, AttemptOutcome } from './Attempt';
import { Controller } from './Controller';
import { Lane, LaneOptions } from './Lane';
import { LeaseKeeper } from './LeaseKeeper';
import { EngineProgress } from './progress';

/** Durations that tune a worker, in milliseconds. */
export interface WorkerTuning {
  /** How long a replica that is gone keeps its work. */
  leaseMs: number;
  /** How often leases are prolonged, and how late what other replicas ask of running work is noticed. */
  heartbeatMs: number;
  /** Longest pause when other replicas mark unheard: how late their marks are noticed. */
  pollMs: number;
  /** How long an attempt may go on after it was asked to stop. */
  graceMs: number;
}

/** What a worker needs. */
export interface WorkerOptions extends WorkerTuning {
  lanes: LaneOptions[];
  queue: WorkQueue;
  clock: Clock;
  logger: LoggerService;
  progress: EngineProgress;
  random: () => number;
  /** Told whether the queue can be used, whenever it was tried. */
  onQueueUse: (failure: Error | undefined) => void;
}

/** Pause after a look at the queue failed, or found what another replica was faster to take. */
const RETRY_MS = 1_000;
const CONTENDED_MS = 50;
/**
 * Longest pause although what others mark is told: that may fail unnoticed, and when others
 * will be due again, or hold what they were not asked for, nobody tells.
 */
const NET_MS = 10_000;
/**
 * How long after a claim it is asked when the next key is due, unless that is known: while
 * much is claimed, each claim finds what was asked for meanwhile.
 */
const ASK_AFTER_MS = 50;
/** What failed while somebody asked again is tried again this soon: the cause may be mended. */
const ASKED_AGAIN_RETRY_MS = 1_000;

/**
 * Takes due keys, reconciles them and settles them.
 *
 * @remarks
 * States: new → running → stopping → stopped. It knows its own keys, so that no key is
 * worked on twice at once in a process whatever the leases say: a claim of a key that it
 * is working on renews the lease of the running attempt. What may end an attempt early,
 * and what follows, is told at `StopScope`.
 *
 * It looks at the queue when it hears that a key was marked, when a slot is given back
 * while something is left, and when the next key is due; every `pollMs` only if others mark
 * unheard.
 */
export class Worker {
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  readonly #lanes: Lane[];
  readonly #inFlight = new Map<string, Attempt>();
  readonly #ending = new Set<Promise<void>>();
  readonly #leases: LeaseKeeper;
  #loop?: Promise<void>;
  #unsubscribe?: () => void;
  /** Monotonic time of the next look at the queue if nothing happens. */
  #lookAt = 0;
  /** Whether anything was marked or ended since the last look at the queue began. */
  #isNews = false;
  #wake: () => void = () => undefined;

  static create(options: WorkerOptions): Worker {
    return new Worker(options);
  }

  private constructor(private readonly options: WorkerOptions) {
    this.#lanes = options.lanes.map(lane => Lane.create(lane));
    this.#leases = LeaseKeeper.create({
      ...options,
      attempts: () => this.#inFlight.values(),
      stopReason: async key =>
        this.#laneOf(key)?.controllerOf(key).stopReason?.(key),
    });
  }

  start(): void {
    if (this.#state !== 'new') {
      throw new Error(`A worker that is ${this.#state} cannot be started`);
    }
    this.#state = 'running';
    this.#unsubscribe = this.options.queue.onMarked(keys =>
      this.#noteMarks(keys),
    );
    this.#loop = this.#run();
  }

  /** Stops claiming, asks running work to stop, and resolves when it has ended or was given up. */
  async stop(): Promise<void> {
    if (this.#state === 'running') {
      this.#state = 'stopping';
      this.#unsubscribe?.();
      for (const attempt of this.#inFlight.values()) {
        attempt.stop('shutdown', 'The engine is stopping');
      }
      this.#wake();
    }
    await this.#loop;
    await Promise.all(this.#ending);
    await this.#leases.idle();
    this.#state = 'stopped';
  }

  #noteMarks(marks: HeardMarks): void {
    if (marks === 'unknown') {
      this.#lanes.forEach(lane => {
        lane.isCalled = true;
      });
      this.#isNews = true;
      this.#leases.askNow();
      this.#wake();
      return;
    }
    for (const { key, afterMs = 0 } of marks) {
      const lane = this.#laneOf(key);
      if (lane && afterMs > 0) {
        this.#lookIn(afterMs);
      } else if (lane) {
        lane.isCalled = true;
        this.#isNews = true;
      }
      if (this.#inFlight.has(formatKey(key))) {
        this.#leases.askNow();
      }
    }
    this.#wake();
  }

  async #run(): Promise<void> {
    while (this.#state === 'running') {
      const pauseMs = (await this.#look()) ?? this.#untilNextLook();
      if (this.#state === 'running' && pauseMs > 0) {
        await this.#sleep(pauseMs);
      }
    }
  }

  /** Milliseconds for which there is nothing to look for, as far as this process knows. */
  #untilNextLook(): number {
    const { clock, pollMs, queue } = this.options;
    if (this.#lanes.some(lane => lane.isCalled && lane.free > 0)) {
      return 0;
    }
    const untilDue = Math.max(this.#lookAt - clock.monotonic(), 0);
    const untilPoll = { none: Infinity, told: NET_MS, unheard: pollMs };
    return Math.min(untilDue, untilPoll[queue.others]);
  }

  async #sleep(ms: number): Promise<void> {
    const woken = new AbortController();
    // With a reason of its own, as that of the platform takes a stack along.
    this.#wake = () => woken.abort('woken');
    await this.options.clock
      .sleep(ms, woken.signal)
      // Rejects when woken early, which is the point.
      .catch(() => undefined);
    this.#wake = () => undefined;
  }

  /** Takes what there is room for; how long to pause when looking again at once is pointless. */
  async #look(): Promise<number | undefined> {
    this.#isNews = false;
    try {
      const called = this.#lanes.filter(lane => lane.isCalled && lane.free > 0);
      let isSettled = called.length > 0;
      let claimed = 0;
      for (const lane of called) {
        const count = await this.#claim(lane);
        claimed += count;
        isSettled &&= count > 0 && lane.isDrained;
      }
      const isTime = this.#lookAt <= this.options.clock.monotonic();
      if (!isSettled && (called.length === 0 || isTime)) {
        await this.#findNextDue();
      } else if (!isSettled) {
        this.#lookIn(ASK_AFTER_MS);
      }
      this.options.onQueueUse(undefined);
      const isContended = called.length > 0 && claimed === 0 && !this.#isNews;
      return isContended && this.#lanes.some(lane => lane.isCalled)
        ? CONTENDED_MS
        : undefined;
    } catch (error) {
      this.options.logger.error('Failed to claim work', toError(error));
      this.options.onQueueUse(toError(error));
      // Nobody knows what was missed.
      this.#lanes.forEach(lane => {
        lane.isCalled = true;
      });
      return RETRY_MS;
    }
  }

  async #claim(lane: Lane): Promise<number> {
    const limit = lane.free;
    const mostHeld = Math.max(0, ...lane.held.values());
    // Before the claim: what is marked during it calls again.
    lane.isCalled = false;
    const claims = await this.options.queue.claimDue({
      limit,
      leaseForMs: this.options.leaseMs,
      kinds: lane.kinds,
      held: lane.held,
    });
    lane.isDrained = Lane.hasTakenAll(claims.length, limit, mostHeld);
    for (const claim of claims) {
      this.#begin(lane, claim);
    }
    return claims.length;
  }

  async #findNextDue(): Promise<void> {
    const { clock, queue } = this.options;
    const open = this.#lanes.filter(lane => lane.free > 0);
    const asked = clock.monotonic();
    // What ends meanwhile may be due again before anything the answer knows of.
    this.#lookAt = Infinity;
    const waits = await queue.nextDueIn(open.map(lane => lane.selection));
    const soonest = Math.min(...waits.map(wait => wait ?? Infinity));
    this.#lookAt = Math.min(this.#lookAt, asked + soonest);
    for (const [index, lane] of open.entries()) {
      lane.noteNextDue(waits[index]);
    }
  }

  #begin(lane: Lane, claim: Claim): void {
    const id = formatKey(claim.key);
    const running = this.#inFlight.get(id);
    if (running) {
      this.options.logger.warn('Took back the lease of running work', {
        key: id,
      });
      running.adopt(claim);
      return;
    }
    const attempt = Attempt.create(claim, this.options.clock);
    lane.take(claim.key);
    this.#inFlight.set(id, attempt);
    if (this.#state !== 'running') {
      attempt.stop('shutdown', 'The engine is stopping');
    }
    this.#leases.keep();
    const ending = this.#work(lane, attempt).finally(() => {
      this.#ending.delete(ending);
    });
    this.#ending.add(ending);
  }

  async #work(lane: Lane, attempt: Attempt): Promise<void> {
    const { clock, progress, graceMs } = this.options;
    const controller = lane.controllerOf(attempt.key);
    const outcome = await attempt.run(
      () => this.#reconcile(controller, attempt),
      { graceMs, deadlineMs: controller.deadlineMs },
    );
    // Before it is given back: once it is, it may be claimed again sooner than that is
    // answered, and then the work is to begin anew.
    this.#inFlight.delete(formatKey(attempt.key));
    const dueAgain = await this.#giveBack(attempt, outcome);
    lane.giveBack(attempt.key);
    // Due at once is news too: a look under way may have found the key still taken.
    if (dueAgain === 'now' || dueAgain === 0 || !lane.isDrained) {
      lane.isCalled = true;
    } else if (dueAgain !== 'unknown') {
      this.#lookIn(dueAgain);
    }
    if (lane.isCalled) {
      this.#isNews = true;
      this.#wake();
    }
    progress.reconciled({
      key: attempt.key,
      durationMs: clock.monotonic() - attempt.startedAt,
      delayMs: attempt.claim.delayMs,
      error:
        outcome.kind === 'done' || attempt.scope === 'shutdown'
          ? undefined
          : outcome.error,
    });
  }

  async #reconcile(controller: Controller, attempt: Attempt) {
    const nowMs = this.options.clock.now();
    return controller.reconcile(attempt.key, {
      nowMs,
      now: toTimestamp(nowMs),
      signal: attempt.signal,
      attempts: attempt.claim.attempts,
      queueDelayMs: attempt.claim.delayMs,
    });
  }

  /** Ends the claim; milliseconds until the key is due again, as far as this process knows. */
  async #giveBack(
    attempt: Attempt,
    outcome: AttemptOutcome,
  ): Promise<number | 'now' | 'unknown'> {
    const { queue, logger } = this.options;
    const { claim, scope } = attempt;
    try {
      if (outcome.kind === 'done') {
        const { next } = outcome;
        const wasAsked = await queue.settle(
          claim,
          next.kind === 'never' ? 'never' : { afterMs: next.ms },
        );
        if (wasAsked) {
          return 'now';
        }
        return next.kind === 'never' ? 'unknown' : next.ms;
      }
      if (scope === 'shutdown' || scope === 'leaseLost') {
        await queue.release(claim);
        return 'now';
      }
      return await this.#fail(attempt, outcome.error);
    } catch (cause) {
      // The lease runs out and the key is taken again.
      logger.error('Failed to give back work', toError(cause));
      return this.options.leaseMs;
    }
  }

  async #fail({ claim, scope }: Attempt, error: Error): Promise<number> {
    const { queue, random, logger } = this.options;
    const isSoon = isConflict(error) || scope === 'aborted';
    const afterMs = isSoon
      ? 0
      : backoff(claim.attempts + 1, RECONCILE_BACKOFF, random());
    const askedAfterMs = Math.min(afterMs, ASKED_AGAIN_RETRY_MS);
    const details = { key: formatKey(claim.key), retryInMs: afterMs };
    if (isConflict(error)) {
      logger.debug('Reconcile met a concurrent change', details);
    } else {
      logger.warn('Reconcile failed', { ...details, error: error.message });
    }
    await queue.fail(claim, error.message, { afterMs, askedAfterMs });
    return askedAfterMs;
  }

  #lookIn(ms: number): void {
    const at = this.options.clock.monotonic() + ms;
    if (at < this.#lookAt) {
      this.#lookAt = at;
      this.#wake();
    }
  }

  #laneOf(key: ResourceKey): Lane | undefined {
    return this.#lanes.find(lane => lane.kinds.includes(key.kind));
  }
}

function isConflict(error: Error): boolean {
  return error.name === 'ConflictError';
}
