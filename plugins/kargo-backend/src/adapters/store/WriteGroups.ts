import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { formatKey, keyOf } from 'backstage-plugin-kargo-common';
import { StoreWrite } from '../../ports/ResourceStore';
import { commitChanges } from './commitChanges';
import { StoredResource } from './conversion';
import {
  ANSWER_LIMIT_MS,
  answerInTime,
  databaseIsSilent,
  isDatabaseUnavailable,
} from './databaseError';
import { isPostgres } from './dialect';
import { planWrites } from './operations/planWrites';
import { PlannedChange, PlannedWrite } from './PlannedChange';
import { StoreContext } from './StoreContext';
import { Write, writeTransaction } from './writeTransaction';

/**
 * Each may be of several resources of 1.5 MiB. On SQLite, which works within the call, no
 * more than what lets the event loop turn within milliseconds.
 */
const MOST_TOGETHER = { postgres: 32, sqlite: 8 };

/** Somebody who waits for writes that are made all or none. */
interface Request {
  readonly writes: readonly StoreWrite<string>[];
  /** Of the monotonic clock. */
  readonly askedAtMs: number;
  /** Set when it has to be made by itself. */
  isAlone: boolean;
  resolve(resources: StoredResource[]): void;
  reject(error: unknown): void;
}

/** What became of a request in a transaction with others; `postponed` was left out of it. */
type Outcome =
  | { kind: 'written'; resources: StoredResource[] }
  | { kind: 'refused'; error: unknown }
  | { kind: 'postponed'; isAlone: boolean };

/**
 * Makes the writes of a replica that wait for each other in one transaction.
 *
 * @remarks
 * Every write passes the counter of revisions, and PostgreSQL takes the next one only when
 * the disk has the one before. So writes that came meanwhile share a beginning, a lock, a
 * statement per table and a wait for the disk, which on SQLite spares the main thread more
 * than half of the work. Who comes alone is served at once.
 *
 * Requests do not notice each other: one that is refused leaves the others as they are. What
 * is asked of the status of one resource, whatever its revision, is stored once, with all of
 * it in: a hundred Stages that say so at the same time write the Freight that they got once.
 * Otherwise two of one resource are made one after the other, and so is what removes
 * something, for which the tables must show what was written before. When the transaction fails as a whole, each
 * is made by itself and has an end of its own. Those that come later wait for a transaction
 * for as long as whoever asked for it: on a connection that has died without a word it never
 * ends.
 */
export class WriteGroups {
  readonly #ctx: StoreContext;
  readonly #most: number;
  #waiting: Request[] = [];
  #isWriting = false;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    this.#most = MOST_TOGETHER[isPostgres(ctx.knex) ? 'postgres' : 'sqlite'];
  }

  /**
   * Makes writes together, all or none; answers the resources in their order.
   *
   * @throws NotFoundError, ConflictError and InputError that name the resource
   */
  async write(
    writes: readonly StoreWrite<string>[],
  ): Promise<StoredResource[]> {
    return new Promise((resolve, reject) => {
      const askedAtMs = this.#ctx.clock.monotonic();
      this.#waiting.push({
        ...{ writes, askedAtMs, resolve, reject },
        isAlone: false,
      });
      this.#wake();
    });
  }

  #wake(): void {
    if (!this.#isWriting) {
      this.#writeAll();
    }
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const [first, ...others] = this.#takeNext();
      if (first) {
        // It tells those who asked by itself, be it later.
        await answerInTime(
          others.length > 0
            ? this.#makeTogether([first, ...others])
            : this.#makeAlone(first),
        ).catch(() => undefined);
      }
    }
    this.#isWriting = false;
  }

  /** Puts requests that were taken in front again, for they came first. */
  #putBack(requests: readonly Request[]): void {
    this.#waiting = [...requests, ...this.#waiting];
    this.#wake();
  }

  /** The oldest request and those after it that may be made with it. */
  #takeNext(): Request[] {
    this.#refuseForgotten();
    const found = this.#waiting.findIndex(({ isAlone }) => isAlone);
    const alone = found < 0 ? this.#waiting.length : Math.max(found, 1);
    return this.#waiting.splice(0, Math.min(alone, this.#most));
  }

  /** Whoever asked was told that nothing came of it, and reads before asking again. */
  #refuseForgotten(): void {
    const now = this.#ctx.clock.monotonic();
    while (this.#waiting[0]?.askedAtMs < now - ANSWER_LIMIT_MS) {
      this.#waiting.shift()?.reject(databaseIsSilent());
    }
  }

  async #makeTogether(requests: readonly Request[]): Promise<void> {
    let outcomes: Outcome[];
    try {
      outcomes = await writeTransaction(
        this.#ctx,
        write => writeTogether(write, requests),
        countChanges(requests.flatMap(({ writes }) => writes)),
      );
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        requests.forEach(request => request.reject(error));
      } else {
        requests.forEach(request => Object.assign(request, { isAlone: true }));
        this.#putBack(requests);
      }
      return;
    }
    const postponed: Request[] = [];
    outcomes.forEach((outcome, index) => {
      const request = requests[index];
      switch (outcome.kind) {
        case 'written':
          return request.resolve(outcome.resources);
        case 'refused':
          return request.reject(outcome.error);
        default:
          request.isAlone = outcome.isAlone;
          return postponed.push(request);
      }
    });
    this.#putBack(postponed);
  }

  async #makeAlone({ writes, resolve, reject }: Request): Promise<void> {
    await writeTransaction(
      this.#ctx,
      async write => {
        const plans = await planWrites(write, writes);
        await commitChanges(write, changesOf(plans));
        return resourcesOf(plans);
      },
      countChanges(writes),
    ).then(resolve, reject);
  }
}

/** How many resources writes are to change: those with nothing in them only look at one. */
function countChanges(writes: readonly StoreWrite<string>[]): number {
  return writes.filter(
    write =>
      !('patchStatus' in write) ||
      Object.keys(write.patchStatus.patch).length > 0,
  ).length;
}

async function writeTogether(
  write: Write,
  requests: readonly Request[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { writes } of requests) {
    outcomes.push(await planBeside(write, writes));
  }
  await commitChanges(write, [...write.planned.values()]);
  return outcomes.map(outcome =>
    outcome.kind === 'written'
      ? { ...outcome, resources: asStored(write, outcome.resources) }
      : outcome,
  );
}

/** What the requests after it have added is in what each of them is told. */
function asStored(
  { planned }: Write,
  resources: StoredResource[],
): StoredResource[] {
  return resources.map(resource => {
    const change = planned.get(formatKey(keyOf(resource)));
    return change?.type === 'updated' ? change.after : resource;
  });
}

/** Plans a request, unless it does not go with an earlier one or removes something. */
async function planBeside(
  write: Write,
  writes: readonly StoreWrite<string>[],
): Promise<Outcome> {
  let plans: PlannedWrite[];
  try {
    plans = await planWrites(write, writes);
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    return { kind: 'refused', error };
  }
  const isAlone = changesOf(plans).some(({ type }) => type === 'deleted');
  if (isAlone || !plans.every(plan => goesWithEarlier(write, plan))) {
    return { kind: 'postponed', isAlone };
  }
  for (const change of changesOf(plans)) {
    const key = formatKey(change.key);
    const earlier = write.planned.get(key);
    const goesOn = change.type === 'updated' && earlier?.type === 'updated';
    write.planned.set(
      key,
      goesOn ? { ...change, before: earlier.before } : change,
    );
  }
  return { kind: 'written', resources: resourcesOf(plans) };
}

/** Whether it is of another resource, or goes on from what the earlier request makes of it. */
function goesWithEarlier(
  write: Write,
  { result, changes }: PlannedWrite,
): boolean {
  const earlier = write.planned.get(formatKey(keyOf(result)));
  return (
    !earlier ||
    (earlier.type === 'updated' &&
      // Without a change it is what the earlier request makes, or was looked at before it.
      (changes.length > 0 || result === earlier.after) &&
      changes.every(
        change => change.type === 'updated' && change.before === earlier.after,
      ))
  );
}

/** Whether the request is at fault; after anything else the transaction may be over. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof InputError ||
    error instanceof NotFoundError ||
    error instanceof ConflictError
  );
}

function changesOf(plans: readonly PlannedWrite[]): PlannedChange[] {
  return plans.flatMap(({ changes }) => changes);
}

function resourcesOf(plans: readonly PlannedWrite[]): StoredResource[] {
  return plans.map(({ result }) => result);
}
