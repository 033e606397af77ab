/** What a driver answers with, or why it cannot. */
type Answer = (error: Error | null | undefined, result?: unknown) => void;

/** What of a connection of PostgreSQL's driver is used here. */
interface PostgresConnection {
  query(
    statement: { readonly text: string; readonly values?: readonly unknown[] },
    answer: Answer,
  ): unknown;
}

const BEGIN = 'BEGIN;';
const ENDS = /^(commit|rollback)\b/i;

/**
 * A connection to PostgreSQL for one transaction, whose `BEGIN` leaves with the first
 * statement and so costs no round trip.
 *
 * @remarks A first statement without parameters goes in one message with it, of which
 * PostgreSQL does nothing more once a part has failed: it never runs outside of the
 * transaction. Another one waits until the transaction has begun, and so does what follows it.
 */
export function beginLater<T extends PostgresConnection>(connection: T): T {
  let isHeld = false;
  /** What is sent once the transaction has begun, or is told why it has not. */
  let waiting: Array<(error: Error | null | undefined) => void> | undefined;
  const query: PostgresConnection['query'] = (statement, answer) => {
    const { text, values = [] } = statement;
    const send = (error: Error | null | undefined) =>
      error ? answer(error) : connection.query(statement, answer);
    if (waiting) {
      waiting.push(send);
      return undefined;
    }
    if (text === BEGIN) {
      isHeld = true;
      queueMicrotask(() => answer(null, nothing(text)));
      return undefined;
    }
    if (!isHeld) {
      return connection.query(statement, answer);
    }
    isHeld = false;
    if (ENDS.test(text)) {
      queueMicrotask(() => answer(null, nothing(text)));
      return undefined;
    }
    if (values.length === 0) {
      return connection.query({ text: `${BEGIN} ${text}` }, (error, results) =>
        answer(error, Array.isArray(results) ? results.at(-1) : results),
      );
    }
    const begun = [send];
    waiting = begun;
    return connection.query({ text: BEGIN }, error => {
      waiting = undefined;
      begun.forEach(goOn => goOn(error));
    });
  };
  return Object.create(connection, { query: { value: query } });
}

/** What the driver answers to a statement without a result. */
function nothing(text: string) {
  const [command] = text.split(/\W/);
  return { command, rowCount: null, rows: [] };
}
