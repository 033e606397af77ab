import { createHash } from 'node:crypto';
import { Knex } from 'knex';

/** Most statements that have names; PostgreSQL keeps each in some ten KiB, for each connection. */
const MOST_NAMES = 250;

/** Longer texts are made for so many rows and hardly come again. */
const LONGEST_TEXT = 8_000;

/** Most texts that are remembered because they came once. */
const MOST_SEEN = 1_000;

/**
 * What PostgreSQL says (appendix A) instead of running a statement by its name: it knows none
 * of that name, knows it already, or would answer with other columns than when it was planned.
 * A pooler that hands connections on causes the first two, another version of the plugin that
 * has changed a table the last.
 */
const REFUSALS = new Set(['26000', '42P05', '0A000']);

/** What PostgreSQL says to every statement after the one that failed, but where it does not know its name. */
const FAILED_BEFORE = '25P02';

/** What of a connection to PostgreSQL is used here. */
interface PostgresConnection {
  query(statement: unknown, ...rest: unknown[]): unknown;
  /** `I` outside of transactions, `E` in one that has failed. Older drivers do not tell. */
  getTransactionStatus?(): string | null;
}

/** A statement as the driver takes it. */
interface Statement {
  text: string;
  values: unknown[];
}

type Callback = (error: unknown, response?: unknown) => void;

/** Connections whose statements are named. */
const naming = new WeakSet<object>();

/** Errors of statements that would have run without a name. */
const refusals = new WeakSet<object>();

/** Errors of statements whose names a transaction did not know because it had failed before. */
const consequences = new WeakSet<object>();

/** The names of a database's statements. */
class StatementNames {
  #isGivenUp = false;
  readonly #names = new Map<string, string>();
  readonly #seen = new Set<string>();

  /** The name of a statement, unless it comes for the first time. */
  find(text: string): string | undefined {
    if (this.#isGivenUp) {
      return undefined;
    }
    const known = this.#names.get(text);
    if (known || this.#names.size >= MOST_NAMES) {
      return known;
    }
    if (this.#seen.delete(text)) {
      const digest = createHash('sha256').update(text).digest('hex');
      const name = `kargo_${digest.slice(0, 24)}`;
      this.#names.set(text, name);
      return name;
    }
    if (this.#seen.size >= MOST_SEEN) {
      this.#seen.clear();
    }
    this.#seen.add(text);
    return undefined;
  }

  /** From now on there are none. */
  giveUp(): void {
    this.#isGivenUp = true;
  }
}

/**
 * Gives the statements that come again a name on each connection to PostgreSQL, which then
 * plans them once: for short ones that takes as long as running them.
 *
 * @remarks
 * Names hold for a session. Where a pooler hands its sessions on to others, PostgreSQL refuses
 * one sooner or later: then there are no names any more until the portal starts again. A
 * statement that was refused outside of a transaction is run without its name; within one
 * {@link wasRefusedByName} tells that the transaction is to be run again.
 */
export function nameStatements(knex: Knex): void {
  const names = new StatementNames();
  knex.client.pool.on(
    'acquireSuccess',
    (_event: number, connection: PostgresConnection) => {
      if (connection.getTransactionStatus && !naming.has(connection)) {
        naming.add(connection);
        connection.query = queryByName(connection, names);
      }
    },
  );
}

/** Whether what failed will go well when it is done again, for its statements have no names then. */
export function wasRefusedByName(error: unknown): boolean {
  return typeof error === 'object' && error !== null && refusals.has(error);
}

/** Whether a statement failed only because its transaction had failed before. */
export function isConsequence(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    (consequences.has(error) || codeOf(error) === FAILED_BEFORE)
  );
}

function queryByName(
  connection: PostgresConnection,
  names: StatementNames,
): PostgresConnection['query'] {
  const query = connection.query.bind(connection);
  return (statement, ...rest) => {
    const [answer] = rest;
    const name = isStatement(statement) && names.find(statement.text);
    if (!name || typeof answer !== 'function') {
      return query(statement, ...rest);
    }
    const named = { ...(statement as Statement), name };
    return query(named, (error: unknown, response: unknown) => {
      if (!isRefusal(error)) {
        (answer as Callback)(error, response);
        return;
      }
      const status = connection.getTransactionStatus?.();
      if (status === 'E') {
        // After a failure what would have told of the name is refused for that.
        consequences.add(error);
        (answer as Callback)(error);
        return;
      }
      names.giveUp();
      if (status === 'I') {
        query(statement, answer);
      } else {
        refusals.add(error);
        (answer as Callback)(error);
      }
    });
  };
}

/** Those of `begin` and the like, which have no values, are not planned at all. */
function isStatement(statement: unknown): statement is Statement {
  const { text, values } = statement as Partial<Statement>;
  return (
    typeof text === 'string' &&
    text.length <= LONGEST_TEXT &&
    Array.isArray(values) &&
    values.length > 0
  );
}

function isRefusal(error: unknown): error is object {
  const code = codeOf(error);
  return typeof code === 'string' && REFUSALS.has(code);
}

function codeOf(error: unknown): unknown {
  return ((error ?? {}) as { code?: unknown }).code;
}
