import { Writable } from 'node:stream';
import { Knex } from 'knex';
import { isConsequence } from './nameStatements';

/** What of a connection of PostgreSQL's driver is used here. */
interface PipelineConnection {
  pipeline?: boolean;
  connection?: { stream?: Pick<Writable, 'cork' | 'uncork'> };
}

/** Transactions whose connection takes a statement before it has answered the one before. */
const pipelined = new WeakMap<Knex.Transaction, PipelineConnection>();

/**
 * Lets a transaction send statements to PostgreSQL without waiting for the answers of those
 * before, where the driver can; to be used through {@link together}.
 */
export function withPipeline<T>(
  connection: PipelineConnection,
  work: (tx: Knex.Transaction) => Promise<T>,
): (tx: Knex.Transaction) => Promise<T> {
  if (connection.pipeline === undefined) {
    return work;
  }
  connection.pipeline = true;
  return tx => {
    pipelined.set(tx, connection);
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
  const connection = pipelined.get(tx);
  if (!connection) {
    const results: T[] = [];
    for (const part of parts) {
      results.push(await part());
    }
    return results;
  }
  sendAtOnce(connection);
  const outcomes = await Promise.allSettled(parts.map(part => part()));
  const errors = outcomes.flatMap(outcome =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  if (errors.length > 0) {
    throw errors.find(error => !isConsequence(error)) ?? errors[0];
  }
  return outcomes.flatMap(outcome =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
}

/** Sends what is asked from now until the current tick ends in one call of the system. */
function sendAtOnce({ connection }: PipelineConnection): void {
  const stream = connection?.stream;
  stream?.cork();
  process.nextTick(() => stream?.uncork());
}
