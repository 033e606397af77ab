import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { Knex } from 'knex';
import { beginLater } from './beginLater';
import { isPostgres } from './dialect';
import { wasRefusedByName } from './nameStatements';
import { withPipeline } from './pipeline';
import { StaleRowError } from './StaleRowError';
import { inTurn } from './turns';

const MOST_ATTEMPTS = 5;

/**
 * What PostgreSQL gave up without having done anything: a deadlock, a serialization
 * failure, a lock that did not come in time, a session that was idle for too long because
 * this process stood still.
 */
const REPEATABLE_CODES = ['40P01', '40001', '55P03', '25P03'];

/**
 * How long PostgreSQL lets one session keep others waiting. A replica that stands still
 * in the middle of a write holds the revision counter, which every write needs: its
 * session is ended, and the others go on.
 */
const SESSION_LIMITS =
  "set session lock_timeout = '8s'; set session statement_timeout = '15s'; set session idle_in_transaction_session_timeout = '6s'";

/**
 * How long to try again while another process writes to the same SQLite file, and how
 * often. Waiting is done here, not in the driver, which would hold the event loop.
 */
const BUSY_LIMIT_MS = 10_000;
const BUSY_PAUSE_MS = 5;

/** Connections whose sessions have their limits. */
const limited = new WeakSet<object>();

/**
 * Runs work in a transaction, again when the database gave it up without having done it.
 *
 * @remarks The work may run several times and must use the transaction alone: SQLite
 * has a single connection, and asking for another one waits forever.
 *
 * @param options.beginsWithWrite - the work's first statement is a write, which is awaited
 * before any other is asked: SQLite then needs none before it, and PostgreSQL begins with it
 */
export async function inTransaction<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
  { beginsWithWrite = false } = {},
): Promise<T> {
  const giveUpAt = performance.now() + BUSY_LIMIT_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      if (isPostgres(knex)) {
        return await inLimitedSession(knex, work, { beginsWithWrite });
      }
      return await inTurn(knex, () =>
        beginsWithWrite
          ? knex.transaction(work)
          : inWritingTransaction(knex, work),
      );
    } catch (error) {
      const isBusy = isLocked(error) && performance.now() < giveUpAt;
      const isOnceMore = isRepeatable(error) && attempt < MOST_ATTEMPTS;
      if (!isBusy && !isOnceMore) {
        throw error;
      }
      if (isBusy) {
        await setTimeout(BUSY_PAUSE_MS);
      }
    }
  }
}

async function inLimitedSession<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
  { beginsWithWrite }: { beginsWithWrite: boolean },
): Promise<T> {
  const connection = await knex.client.acquireConnection();
  try {
    if (!limited.has(connection)) {
      await knex.raw(SESSION_LIMITS).connection(connection);
      limited.add(connection);
    }
    return await knex.transaction(withPipeline(connection, work), {
      connection: beginsWithWrite ? beginLater(connection) : connection,
    });
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

/**
 * Begins with a write. SQLite then waits for the lock of writers as long as it is told
 * to; a transaction that has read before it writes is refused at once when another
 * process has written in between (`SQLITE_BUSY_SNAPSHOT`).
 */
async function inWritingTransaction<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return knex.transaction(async tx => {
    await tx.raw('update store_revision set value = value where id = 1');
    return work(tx);
  });
}

function isLocked(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

function isRepeatable(error: unknown): boolean {
  if (error instanceof StaleRowError || wasRefusedByName(error)) {
    return true;
  }
  const { code, message } = (error ?? {}) as {
    code?: unknown;
    message?: unknown;
  };
  // The driver says so instead of sending the statement, be it the commit.
  const isUnsent =
    typeof message === 'string' && message.includes('is not queryable');
  return (
    isUnsent || (typeof code === 'string' && REPEATABLE_CODES.includes(code))
  );
}
