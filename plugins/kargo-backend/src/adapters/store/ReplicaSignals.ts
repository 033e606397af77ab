import { randomUUID } from 'node:crypto';
import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { Knex } from 'knex';
import { backoff, BackoffPolicy } from '../../logic/backoff';
import { Clock } from '../../ports/Clock';
import { HeardMarks, Mark } from '../../ports/WorkQueue';

/** What replicas tell each other. */
export type Signal =
  | { kind: 'marked'; marks: readonly Mark[] }
  | { kind: 'changed' };

const CHANNEL = 'kargo_replicas';
/** PostgreSQL takes payloads of less than 8,000 bytes. */
const MOST_BYTES = 7_000;
/** How long a connection may take to hear what was said for it to hear. */
const PROOF_MS = 5_000;
/** How often a connection is asked whether it still is one: a firewall forgets those over which nothing comes, without a word. */
const ALIVE_EVERY_MS = 60_000;
/** How long a connection may take to end; one whose other end is gone never does. */
const END_MS = 2_000;
const RECONNECT: BackoffPolicy = { initialMs: 1_000, maxMs: 30_000, factor: 2 };

interface SignalsOptions {
  knex: Knex;
  clock: Clock;
  logger: LoggerService;
  random: () => number;
}

/** What of the driver's connection is used here. */
interface RawConnection {
  on(event: 'notification', heard: (n: { payload?: string }) => void): void;
  on(event: 'error' | 'end', ended: (error?: Error) => void): void;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

/** Kind, namespace, name, and in how many milliseconds. */
type SentMark = [string, string, string, number];

/** As it travels. `from` is who says it: nobody need hear of what it did itself. */
type Message =
  | { from: string; marked: SentMark[] | 'unknown' }
  | { from: string; changed: true }
  | { proof: string };

/**
 * Tells the other replicas on a PostgreSQL database at once what was marked and changed,
 * and hears it from them (`NOTIFY`, `LISTEN`).
 *
 * @remarks
 * States: stopped → connecting ⇄ listening → stopped. A signal is a hint: it is sent by the
 * statement that marks or changes, so it is told when that is committed, but nobody may
 * rely on it. Whoever waits for one also looks by the clock: seldom while
 * {@link ReplicaSignals.isListening}, often otherwise. A connection counts as listening when
 * it has heard a message that was sent through the pool: connection poolers accept `LISTEN`
 * and deliver nothing. When it is lost that is logged, everybody looks, and it is made anew.
 */
export class ReplicaSignals {
  readonly #options: SignalsOptions;
  readonly #id = randomUUID();
  readonly #markListeners = new Set<(marks: HeardMarks) => void>();
  readonly #changeListeners = new Set<() => void>();
  readonly #lossListeners = new Set<() => void>();
  #isListening = false;
  #life?: { stopping: AbortController; ended: Promise<void> };

  static create(options: SignalsOptions): ReplicaSignals {
    return new ReplicaSignals(options);
  }

  private constructor(options: SignalsOptions) {
    this.#options = options;
  }

  /** Whether what other replicas tell arrives. */
  get isListening(): boolean {
    return this.#isListening;
  }

  start(): void {
    if (this.#life) {
      throw new Error('The signals of replicas are listened to already');
    }
    const stopping = new AbortController();
    this.#life = { stopping, ended: this.#live(stopping.signal) };
  }

  async stop(): Promise<void> {
    this.#life?.stopping.abort(new Error('The portal is stopping'));
    await this.#life?.ended;
    this.#life = undefined;
  }

  /** Calls back with what other replicas marked. */
  onMarked(listener: (marks: HeardMarks) => void): void {
    this.#markListeners.add(listener);
  }

  /** Calls back when other replicas have changed something. */
  onChanged(listener: () => void): void {
    this.#changeListeners.add(listener);
  }

  /** Calls back when the connection is lost: the next one may lead to another server. */
  onLost(listener: () => void): void {
    this.#lossListeners.add(listener);
  }

  /** The statement, and with it what the others are told when its transaction commits. */
  telling(
    knex: Knex,
    statement: Knex.QueryBuilder,
    signal: Signal,
  ): Knex.QueryBuilder {
    // Counted, so that it is told once, after the last row is written.
    return knex
      .with('told', statement.returning(knex.raw('1 as one')))
      .from(knex.from('told').count({ rows: '*' }).as('done'))
      .select(knex.raw('pg_notify(?, ?)', [CHANNEL, this.#encode(signal)]));
  }

  #encode(signal: Signal): string {
    const from = this.#id;
    if (signal.kind === 'changed') {
      return write({ from, changed: true });
    }
    const marked = signal.marks.map(
      ({ key: { kind, namespace, name }, afterMs = 0 }): SentMark => [
        kind,
        namespace,
        name,
        afterMs,
      ],
    );
    const message = write({ from, marked });
    return Buffer.byteLength(message) <= MOST_BYTES
      ? message
      : write({ from, marked: 'unknown' });
  }

  async #live(signal: AbortSignal): Promise<void> {
    const { logger, clock, random } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#listen(signal, () => {
          failures = 0;
        });
      } catch (error) {
        failures += 1;
        const retryInMs = backoff(failures, RECONNECT, random());
        if (!signal.aborted) {
          logger.warn(
            'Does not hear of the work of other replicas, and looks for it every second instead',
            { retryInMs, error: toError(error).message },
          );
          await clock.sleep(retryInMs, signal).catch(() => undefined);
        }
      }
    }
  }

  /** Listens on a connection of its own until that is lost, which throws, or the signal fires. */
  async #listen(signal: AbortSignal, proven: () => void): Promise<void> {
    const { knex } = this.#options;
    const connection: RawConnection = await knex.client.acquireRawConnection();
    const proof = randomUUID();
    const over = new AbortController();
    try {
      const lost = new Promise<never>((_, reject) => {
        connection.on('error', error => reject(error));
        connection.on('end', () => reject(new Error('The connection ended')));
        signal.addEventListener('abort', () => reject(signal.reason), {
          once: true,
        });
      });
      // It may be lost before anybody waits for that.
      lost.catch(() => undefined);
      const hears = new Promise<void>(resolve => {
        connection.on('notification', ({ payload }) => {
          if (this.#hear(payload, proof)) {
            resolve();
          }
        });
      });
      await connection.query(`listen ${CHANNEL}`);
      await knex.raw('select pg_notify(?, ?)', [CHANNEL, write({ proof })]);
      await Promise.race([hears, lost, this.#tooLate(signal)]);
      this.#isListening = true;
      proven();
      this.#tellAll('unknown');
      const either = AbortSignal.any([signal, over.signal]);
      await Promise.race([lost, this.#watch(connection, either)]);
    } finally {
      const wasListening = this.#isListening;
      this.#isListening = false;
      this.#lossListeners.forEach(listener => listener());
      over.abort();
      await this.#end(connection);
      if (wasListening && !signal.aborted) {
        this.#tellAll('unknown');
      }
    }
  }

  async #end(connection: RawConnection): Promise<void> {
    const ended = new AbortController();
    await Promise.race([
      connection.end(),
      this.#options.clock.sleep(END_MS, ended.signal),
    ]).catch(() => undefined);
    ended.abort();
  }

  /** Asks the connection now and then; throws when it does not answer. */
  async #watch(connection: RawConnection, signal: AbortSignal): Promise<never> {
    const { clock } = this.#options;
    for (;;) {
      await clock.sleep(ALIVE_EVERY_MS, signal);
      await Promise.race([
        connection.query('select 1'),
        clock.sleep(PROOF_MS, signal).then(() => {
          throw new Error('The connection does not answer any more');
        }),
      ]);
    }
  }

  async #tooLate(signal: AbortSignal): Promise<never> {
    await this.#options.clock.sleep(PROOF_MS, signal);
    throw new Error(
      'PostgreSQL does not deliver notifications on this connection; is there a connection pooler in between?',
    );
  }

  /** Whether it was the proof that is waited for. */
  #hear(payload: string | undefined, proof: string): boolean {
    const message = read(payload);
    if (message && 'proof' in message) {
      return message.proof === proof;
    }
    if (!message || message.from === this.#id) {
      return false;
    }
    if ('changed' in message) {
      this.#changeListeners.forEach(listener => listener());
      return false;
    }
    const { marked } = message;
    const marks =
      marked === 'unknown'
        ? marked
        : marked.map(([kind, namespace, name, afterMs]) => ({
            key: { kind, namespace, name },
            afterMs,
          }));
    this.#markListeners.forEach(listener => listener(marks));
    return false;
  }

  /** Whatever was said before may have been missed. */
  #tellAll(marks: 'unknown'): void {
    this.#markListeners.forEach(listener => listener(marks));
    this.#changeListeners.forEach(listener => listener());
  }
}

function write(message: Message): string {
  return JSON.stringify(message);
}

/** What is no message of ours is none: anybody may notify on a channel. */
function read(payload: string | undefined): Message | undefined {
  try {
    const message: unknown = JSON.parse(payload ?? '');
    return isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function isMessage(value: unknown): value is Message {
  const { proof, from, changed, marked } = (value ?? {}) as Record<
    string,
    unknown
  >;
  return (
    typeof proof === 'string' ||
    (typeof from === 'string' &&
      (changed === true ||
        marked === 'unknown' ||
        (Array.isArray(marked) && marked.every(isMark))))
  );
}

function isMark(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.slice(0, 3).every(part => typeof part === 'string') &&
    typeof value[3] === 'number'
  );
}
