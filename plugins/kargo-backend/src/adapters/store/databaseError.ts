import { StoreUnavailableError } from '../../ports/StoreUnavailableError';

/** How long the database may take to answer before the request is given up. */
export const ANSWER_LIMIT_MS = 15_000;

/** Of PostgreSQL (appendix A): the connection, the server or the time allowed ended. */
const UNAVAILABLE_STATES = [
  /^08/, // connection exceptions
  /^57P0[1-5]$/, // shut down, crashed, starting
  /^53/, // out of connections, memory or disk
  /^55P03$/, // lock not available in time
  /^57014$/, // statement took too long
  /^25P0[34]$/, // transaction idle or running for too long
];

/** Of the connection itself, as Node.js names them. */
const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What the drivers say without a code. */
const UNAVAILABLE_WORDS =
  /Connection terminated|connection error and is not queryable|Timeout acquiring a connection|Client was closed/;

/** Whether an error says that the database cannot be used now, not that the request is wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as {
    code?: unknown;
    message?: unknown;
  };
  if (typeof code === 'string') {
    return (
      UNAVAILABLE_CODES.has(code) ||
      UNAVAILABLE_STATES.some(state => state.test(code)) ||
      code.startsWith('SQLITE_BUSY') ||
      code.startsWith('SQLITE_IOERR') ||
      code === 'SQLITE_FULL' ||
      code === 'SQLITE_CANTOPEN'
    );
  }
  return typeof message === 'string' && UNAVAILABLE_WORDS.test(message);
}

/**
 * Awaits an answer of the database for as long as anybody should wait for it.
 *
 * @throws StoreUnavailableError when the database is away, too busy or silent. A write
 * may have been stored all the same: whoever made it reads before it writes again.
 */
export async function answerInTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(databaseIsSilent()), ANSWER_LIMIT_MS);
  });
  try {
    return await Promise.race([answer, limit]);
  } catch (error) {
    throw isDatabaseUnavailable(error)
      ? unavailable('is not available', error)
      : error;
  } finally {
    clearTimeout(timer);
  }
}

/** What somebody is told who has waited for as long as anybody should. */
export function databaseIsSilent(): StoreUnavailableError {
  return unavailable('does not answer');
}

function unavailable(what: string, cause?: unknown): StoreUnavailableError {
  const error = new StoreUnavailableError(
    `The database ${what}: try again in a few seconds`,
  );
  // Not by the constructor, which would tell addresses to whoever reads the message.
  return Object.assign(error, { cause });
}
