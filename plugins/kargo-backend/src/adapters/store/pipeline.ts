import { Knex } from 'knex';

/** Transactions whose connection takes a statement before it has answered the one before. */
const pipelined = new WeakSet<Knex.Transaction>();

/** What PostgreSQL says to every statement after the one that failed. */
const FAILED_BEFORE = '25P02';

/**
 * Lets a transaction send statements to PostgreSQL without waiting for the answers of those
 * before, where the driver can; to be used through {@link together}.
 */
export function withPipeline<T>(
  connection: { pipeline?: boolean },
  work: (tx: Knex.Transaction) => Promise<T>,
): (tx: Knex.Transaction) => Promise<T> {
  if (connection.pipeline === undefined) {
    return work;
  }
  connection.pipeline = true;
  return tx => {
    pipelined.add(tx);
    return work(tx);
  };
}

/**
 * Does parts of a transaction that do not need each other's results: on PostgreSQL in one
 * round trip, for a write mostly waits for those. Elsewhere one after the other.
 *
 * @returns the results in the order of the parts, once all have ended
 * @throws what the first part says that did not fail because of another one
 */
export async function together<T>(
  tx: Knex.Transaction,
  parts: ReadonlyArray<() => Promise<T>>,
): Promise<T[]> {
  if (!pipelined.has(tx)) {
    const results: T[] = [];
    for (const part of parts) {
      results.push(await part());
    }
    return results;
  }
  const outcomes = await Promise.allSettled(parts.map(part => part()));
  const errors = outcomes.flatMap(outcome =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  if (errors.length > 0) {
    throw errors.find(({ code }) => code !== FAILED_BEFORE) ?? errors[0];
  }
  return outcomes.flatMap(outcome =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
}
