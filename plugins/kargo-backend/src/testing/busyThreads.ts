import { setImmediate } from 'node:timers/promises';
import { DATA_LIMITS, Limits, ReadingShare } from '../foreign/limits';
import { readInThread } from '../foreign/threads/readInThread';

/** Harmless, and read in seconds rather than milliseconds. */
const SLOW = Array.from(
  { length: 150_000 },
  (_, index) => `k${index}: {a: [${index}, text]}`,
).join('\n');

const MOST_OF_SHARE = 2;
const MOST_TEXTS = 64;

/** Has a text read in each thread that a share may have, that of work unless told, which takes all of the time that it is given. */
export function occupyThreads(
  limits: Partial<Limits> = {},
  { signal }: { signal?: AbortSignal } = {},
): Promise<PromiseSettledResult<unknown>[]> {
  return readMany(MOST_OF_SHARE, () =>
    readInThread('yaml', SLOW, { ...DATA_LIMITS, ...limits }, signal),
  );
}

/** Tries something while so many texts are read, and wait for it, that there is no room for more. */
export async function withoutRoomToRead<T>(
  attempt: () => Promise<T>,
  share: ReadingShare = 'work',
): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const reading = occupyThreads({ share }, { signal });
  const waiting = readMany(MOST_TEXTS - MOST_OF_SHARE, () =>
    readInThread('json', '1', { ...DATA_LIMITS, share }, signal),
  );
  try {
    return await attempt();
  } finally {
    over.abort();
    await Promise.all([reading, waiting]);
    // Each of them passes its place on.
    await setImmediate();
  }
}

/**
 * Sends again what is answered that it should be: on a slow machine it may take longer to start
 * a thread than senders of webhooks wait.
 */
export async function whileRefused<T extends { status: number }>(
  send: () => Promise<T>,
): Promise<T> {
  let answer = await send();
  while (answer.status === 503) {
    answer = await send();
  }
  return answer;
}

function readMany(
  count: number,
  read: () => Promise<unknown>,
): Promise<PromiseSettledResult<unknown>[]> {
  return Promise.allSettled(Array.from({ length: count }, read));
}
