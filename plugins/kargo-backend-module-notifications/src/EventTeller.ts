import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  isKargoRequestError,
  KargoApi,
  KargoEvent,
} from 'backstage-plugin-kargo-common';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { eventsAfter } from './eventFeed';
import { KargoNotifier, Occurrence, Plan } from './KargoNotifier';
import { Ledger, LedgerEntry } from './Ledger';
import { Mailbox } from './Mailbox';
import {
  AddressedNotice,
  NoticeSender,
  RefusedNoticeError,
} from './NoticeSender';
import { readToldEvent } from './toldEvent';

/** So many events are looked at together: what is told twice after a crash is no more. */
const MOST_TOGETHER = 50;
/** Notifications on their way at a time. */
const MOST_SENT_AT_ONCE = 4;
/** Events that wait in memory; Kargo keeps the others. */
const MOST_WAITING = 500;
/** What could not be told for so long is of no use to anybody. */
const GIVE_UP_AFTER_MS = 60 * 60 * 1000;
/** What alone cannot be told holds up the others no longer. */
const GIVE_UP_ALONE_AFTER_MS = 60 * 1000;
/** Soak times are looked for at least so often: clocks are set. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;
const LONGEST_RETRY_MS = 60_000;

/** How long a teller waits for what, in milliseconds. */
export interface TellerTimes {
  /** For others that happen at the same time as an event. */
  together: number;
  /** Before the ledger is claimed again: by its holder as by others. */
  claim: number;
  /** After the first failure; twice as long after each other. */
  retry: number;
}

const TIMES: TellerTimes = { together: 1_000, claim: 10_000, retry: 1_000 };

/** To tell of some events together. */
interface Attempt {
  /** When it began, in epoch milliseconds: the portal may have stood still before. */
  readonly sinceMs: number;
  /** Whether some of it was told, so that whatever else fails does so alone. */
  isGettingThrough: boolean;
}

const NO_ENTRY: LedgerEntry = { begun: [], ended: [], soaks: [], soaked: [] };

/** What a teller works with. */
export interface EventTellerOptions {
  /** Kargo's API, as somebody who may read everything. */
  connect: () => Promise<KargoApi>;
  ledger: Ledger;
  notifier: KargoNotifier;
  sender: NoticeSender;
  logger: LoggerService;
  /** Epoch milliseconds. */
  now: () => number;
  times?: TellerTimes;
}

/**
 * Tells people of Kargo's events as they are recorded.
 *
 * @remarks
 * In each replica there is one, and one of all holds the ledger: it reads the events after those
 * that were told, looks at those of the same moment together, sends what there is to tell, and
 * then writes into the ledger how far it has come. So an event is told when whoever told the
 * last one is gone, and is told again only if that happened between sending and writing.
 */
export class EventTeller {
  readonly #stopped = new AbortController();
  readonly #limit = pLimit(MOST_SENT_AT_ONCE);
  #work: Promise<void> = Promise.resolve();
  #isFailing = false;

  static create(options: EventTellerOptions): EventTeller {
    return new EventTeller(options);
  }

  private constructor(private readonly options: EventTellerOptions) {}

  start(): void {
    this.#work = this.run();
  }

  /** Resolves when what it was sending is sent and written down. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#work;
  }

  private async run(): Promise<void> {
    const { ledger, times = TIMES } = this.options;
    const { signal } = this.#stopped;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (await ledger.claim()) {
          await this.hold();
        }
        failures = 0;
      } catch (error) {
        failures++;
        this.tellOfFailure('Cannot read the events of Kargo', error);
      }
      await pause(failures ? this.retryAfter(failures) : times.claim, signal);
    }
  }

  /** Until the ledger is lost, something fails or the portal stops. */
  private async hold(): Promise<void> {
    const { ledger } = this.options;
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stopped.signal, ended.signal]);
    const renewing = this.renew(signal).finally(() => ended.abort());
    try {
      await this.follow(signal);
    } finally {
      ended.abort();
      await renewing;
      await ledger.release();
    }
  }

  /** Ends when it is not the holder any more, or cannot tell. */
  private async renew(signal: AbortSignal): Promise<void> {
    const { ledger, times = TIMES } = this.options;
    try {
      do {
        await pause(times.claim, signal);
      } while (!signal.aborted && (await ledger.claim()));
    } catch (error) {
      this.tellOfFailure('Cannot tell who tells of the events of Kargo', error);
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { times = TIMES } = this.options;
    const kargo = await this.options.connect();
    const events = new Mailbox<KargoEvent>(MOST_WAITING);
    const ended = new AbortController();
    const reading = this.read(
      kargo,
      events,
      AbortSignal.any([signal, ended.signal]),
    );
    try {
      while (!signal.aborted) {
        await events.wait(await this.timeUntilDue());
        await pause(times.together, signal);
        await this.tellNext(kargo, events, signal);
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    } finally {
      ended.abort();
      events.fail(ended.signal.reason);
      await reading;
    }
  }

  /** Puts events where they wait, until the signal fires. */
  private async read(
    kargo: KargoApi,
    events: Mailbox<KargoEvent>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const revision = await this.revisionToStartAt(kargo, signal);
      for await (const event of eventsAfter(kargo, revision, signal)) {
        await events.put(event);
      }
    } catch (error) {
      events.fail(error);
    }
  }

  /** What happened before the first start is told to nobody. */
  private async revisionToStartAt(
    kargo: KargoApi,
    signal: AbortSignal,
  ): Promise<string> {
    const { ledger } = this.options;
    const known = await ledger.findRevision();
    if (known !== undefined) {
      return known;
    }
    const { metadata } = await kargo.listAllEvents({ newest: 1 }, { signal });
    const revision = metadata.resourceVersion;
    await ledger.write({ ...NO_ENTRY, revision });
    return revision;
  }

  private async timeUntilDue(): Promise<number> {
    const due = await this.options.ledger.findNextDue();
    return due === undefined
      ? LONGEST_WAIT_MS
      : Math.min(LONGEST_WAIT_MS, Math.max(0, due - this.options.now()));
  }

  /** Tells of the next events and soak times, and writes down that it did. */
  private async tellNext(
    kargo: KargoApi,
    events: Mailbox<KargoEvent>,
    signal: AbortSignal,
  ): Promise<void> {
    const { ledger, now } = this.options;
    const over = await ledger.listDueSoaks(now(), MOST_TOGETHER);
    const next = events.take(MOST_TOGETHER);
    if (over.length + next.length === 0) {
      return;
    }
    const occurrences: Occurrence[] = [
      ...over.map(({ event, stages }) => ({ event, only: stages })),
      ...next.map(event => ({ event: readToldEvent(event) })),
    ];
    const attempt: Attempt = { sinceMs: now(), isGettingThrough: false };
    const byProject = groupBy(occurrences, ({ event }) => event.project);
    const told = await Promise.all(
      [...byProject.values()].map(ofProject =>
        this.tellProject(kargo, ofProject, attempt, signal),
      ),
    );
    await ledger.write({
      begun: told
        .flatMap(({ sent }) => sent)
        .filter(({ notice }) => notice.waiting === 'begins')
        .map(({ notice }) => notice.scope),
      ended: told.flatMap(({ plan }) => plan?.ended ?? []),
      soaks: told.flatMap(({ plan }) => plan?.soaks ?? []),
      soaked: over.map(({ id }) => id),
      ...(next.length > 0 && {
        revision: next[next.length - 1].metadata.resourceVersion,
      }),
    });
    this.#isFailing = false;
  }

  /** Without waiting for other projects, of which nothing may be told now. */
  private async tellProject(
    kargo: KargoApi,
    occurrences: readonly Occurrence[],
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<{ plan: Plan | undefined; sent: AddressedNotice[] }> {
    const { ledger, notifier } = this.options;
    const plan = await this.untilDone(attempt, signal, isLast =>
      notifier.plan(kargo, occurrences, {
        findWaiting: scopes => ledger.findWaiting(scopes),
        withoutOwners: isLast,
      }),
    );
    return { plan, sent: plan ? await this.send(plan, attempt, signal) : [] };
  }

  /** Those that could be sent. */
  private async send(
    { notices }: Plan,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<AddressedNotice[]> {
    const { sender } = this.options;
    const outcomes = await Promise.all(
      notices.map(notice =>
        this.untilDone(attempt, signal, async () => {
          await this.#limit(() => sender.send(notice));
          attempt.isGettingThrough = true;
          return notice;
        }),
      ),
    );
    return outcomes.filter(sent => sent !== undefined);
  }

  /**
   * Does something until it succeeds; `undefined` when it does not although what it fails with
   * was waited for long enough.
   *
   * @param work - is told when it is not tried again
   * @throws what it failed with when the portal stops or another replica tells: whoever goes on
   * tries again
   */
  private async untilDone<T>(
    attempt: Attempt,
    signal: AbortSignal,
    work: (isLast: boolean) => Promise<T>,
  ): Promise<T | undefined> {
    const { logger, now } = this.options;
    let isLast = false;
    for (let failures = 1; ; failures++) {
      try {
        return await work(isLast);
      } catch (error) {
        const message = toError(error).message;
        if (signal.aborted) {
          throw error;
        }
        const patienceMs = patienceWith(error, attempt);
        if (isLast || patienceMs === 0) {
          logger.warn('Gave up notifying of an event of Kargo', {
            error: message,
          });
          return undefined;
        }
        this.tellOfFailure('Cannot notify of events of Kargo', error);
        isLast = now() - attempt.sinceMs > patienceMs;
      }
      await pause(this.retryAfter(failures), signal);
    }
  }

  private retryAfter(failures: number): number {
    const { retry } = this.options.times ?? TIMES;
    return Math.min(retry * 2 ** (failures - 1), LONGEST_RETRY_MS);
  }

  /** Once, until something succeeds. */
  private tellOfFailure(what: string, error: unknown): void {
    const { logger } = this.options;
    const meta = { error: toError(error).message };
    if (this.#isFailing) {
      logger.debug(what, meta);
      return;
    }
    this.#isFailing = true;
    logger.warn(`${what}; it is tried again until it succeeds`, meta);
  }
}

/** How long to go on with what fails with an error, in milliseconds. */
function patienceWith(error: unknown, { isGettingThrough }: Attempt): number {
  if (error instanceof RefusedNoticeError) {
    return error.mayPass ? GIVE_UP_ALONE_AFTER_MS : 0;
  }
  const isAlone = isGettingThrough || isKargoRequestError(error, 403);
  return isAlone ? GIVE_UP_ALONE_AFTER_MS : GIVE_UP_AFTER_MS;
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), [...group, item]);
  }
  return groups;
}

/** Ends early when the signal fires. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(error => {
    if (!signal.aborted) {
      throw error;
    }
  });
}
