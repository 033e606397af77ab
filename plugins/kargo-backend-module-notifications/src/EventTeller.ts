import { LoggerService } from '@backstage/backend-plugin-api';
import { KargoApi, KargoEvent } from 'backstage-plugin-kargo-common';
import { eventsAfter } from './eventFeed';
import { KargoNotifier } from './KargoNotifier';
import { Ledger } from './Ledger';
import { Mailbox } from './Mailbox';
import { NoticeSender } from './NoticeSender';
import { Outages } from './Outages';
import { pause } from './pause';
import { TaskTeller } from './TaskTeller';
import { readToldEvent } from './toldEvent';

/** Events that wait in memory; Kargo keeps the others. */
const MOST_WAITING = 500;
/** Soak times that become tasks at once. */
const MOST_SOAKS = 500;
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
 * that the ledger knows, and writes them there as tasks, those of the same moment together. A
 * {@link TaskTeller} tells of these. So an event is told when whoever read it is gone.
 */
export class EventTeller {
  readonly #stopped = new AbortController();
  #work: Promise<void> = Promise.resolve();
  readonly #outages: Outages;

  static create(options: EventTellerOptions): EventTeller {
    return new EventTeller(options);
  }

  private constructor(private readonly options: EventTellerOptions) {
    this.#outages = new Outages(options.logger);
  }

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
        this.#outages.tell('Cannot read the events of Kargo', error);
      }
      const retryMs = Math.min(
        times.retry * 2 ** (failures - 1),
        LONGEST_RETRY_MS,
      );
      await pause(failures ? retryMs : times.claim, signal);
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
      this.#outages.tell('Cannot tell who tells of the events of Kargo', error);
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { times = TIMES } = this.options;
    const kargo = await this.options.connect();
    const events = new Mailbox<KargoEvent>(MOST_WAITING);
    const ended = new AbortController();
    const working = AbortSignal.any([signal, ended.signal]);
    const reading = this.read(kargo, events, working);
    const teller = TaskTeller.create({
      ...{ ...this.options, kargo, outages: this.#outages },
      ...{ retryMs: times.retry, signal: working },
      onSoaks: () => events.wake(),
      onError: error => events.fail(error),
    });
    try {
      await teller.lookForTasks();
      while (!signal.aborted) {
        await events.wait(await this.timeUntilDue());
        await pause(times.together, signal);
        await this.takeIn(events);
        await teller.lookForTasks();
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    } finally {
      ended.abort();
      events.fail(ended.signal.reason);
      await reading;
      await teller.end();
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
    await ledger.takeIn({ revision, tasks: [], soaked: [] });
    return revision;
  }

  private async timeUntilDue(): Promise<number> {
    const due = await this.options.ledger.findNextDue();
    return due === undefined
      ? LONGEST_WAIT_MS
      : Math.min(LONGEST_WAIT_MS, Math.max(0, due - this.options.now()));
  }

  /** Makes tasks of the next events and soak times. */
  private async takeIn(events: Mailbox<KargoEvent>): Promise<void> {
    const { ledger, notifier, now } = this.options;
    const over = await ledger.listDueSoaks(now(), MOST_SOAKS);
    const next = events.take(MOST_WAITING);
    if (over.length + next.length === 0) {
      return;
    }
    await ledger.takeIn({
      tasks: [
        ...over.map(({ event, stages }) => ({ event, only: stages })),
        ...next
          .map(event => ({ event: readToldEvent(event) }))
          .filter(({ event }) => notifier.isAsked(event)),
      ],
      soaked: over.map(({ id }) => id),
      ...(next.length > 0 && {
        revision: next[next.length - 1].metadata.resourceVersion,
      }),
    });
    this.#outages.end();
  }
}
