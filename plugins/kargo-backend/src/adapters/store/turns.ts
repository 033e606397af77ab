import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { Knex } from 'knex';
import { isPostgres } from './dialect';

/**
 * How long the uses of an embedded database may follow each other before others get a turn:
 * so long does an answer wait that is written meanwhile.
 */
const SLICE_MS = 2;

/**
 * Uses of an embedded database, one after another.
 *
 * @remarks
 * SQLite answers within the call, so whoever awaits it goes on in the same turn of the
 * event loop, and so does the next one who waits for the connection: a hundred callers
 * that take turns would hold every request, timer and socket of the portal until the last
 * of them has nothing left to ask. Here they queue before the connection, and after every
 * slice the event loop turns.
 */
class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #turnedAt = 0;

  async take<T>(use: () => Promise<T>): Promise<T> {
    const mine = this.#after(this.#last, use);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #after<T>(last: Promise<unknown>, use: () => Promise<T>): Promise<T> {
    await last;
    if (performance.now() - this.#turnedAt >= SLICE_MS) {
      await setImmediate();
      this.#turnedAt = performance.now();
    }
    return use();
  }
}

/** By client: what is derived from a connection pool shares it. */
const turnsByClient = new WeakMap<object, Turns>();

/**
 * Uses the database when it is its turn; at once where the database is a server, which
 * answers between turns of the event loop anyway.
 *
 * @remarks The use must not wait for another one: that would wait for it.
 */
export async function inTurn<T>(knex: Knex, use: () => Promise<T>): Promise<T> {
  if (isPostgres(knex)) {
    return use();
  }
  const turns = turnsByClient.get(knex.client) ?? new Turns();
  turnsByClient.set(knex.client, turns);
  return turns.take(use);
}
