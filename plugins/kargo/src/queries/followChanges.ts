import {
  isKargoRequestError,
  isOutOfRangeError,
  WatchEvent,
  WatchOptions,
} from 'backstage-plugin-kargo-common';

/** How fresh the data on the screen is. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'polling';

/** What {@link followChanges} needs; effects come in here, so that tests own time. */
export interface FollowOptions<T> {
  signal: AbortSignal;
  /** Opens a stream where the cache stands now. */
  watch: (options: WatchOptions) => AsyncIterable<WatchEvent<T>>;
  /** Lists again, because the stream cannot continue. */
  relist: () => Promise<unknown>;
  onEvents: (events: Array<WatchEvent<T>>) => void;
  onState: (state: LiveState) => void;
  delay: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
const BATCH_MS = 50;
/** The server sends a keep-alive every 30 s; after three of them the line is dead. */
const SILENCE_MS = 90_000;
/** Failures in a row after which the marker says that it polls. */
const PATIENCE = 3;

/** Milliseconds before the next attempt: doubling from 1 s to 30 s, half of it random. */
export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(
    LONGEST_DELAY_MS,
    FIRST_DELAY_MS * 2 ** Math.max(0, attempt - 1),
  );
  return ceiling / 2 + (ceiling / 2) * random;
}

/**
 * Keeps a list current until the signal fires: reopens streams that end or break,
 * lists again when the starting point is too old, and gives up on streaming, not on
 * data, when the server refuses it.
 */
export async function followChanges<T>(
  options: FollowOptions<T>,
): Promise<void> {
  const { signal, onState } = options;
  const line = { failures: 0 };
  while (!signal.aborted) {
    try {
      await followOnce(options, () => {
        line.failures = 0;
        onState('live');
      });
      // A stream that ends cleanly was cut by a proxy or a restart: open it again.
      line.failures = Math.max(line.failures, 1);
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (isRefusal(error)) {
        onState('polling');
        return;
      }
      line.failures += 1;
      if (isOutOfRangeError(error)) {
        await options.relist();
      }
    }
    onState(line.failures > PATIENCE ? 'polling' : 'reconnecting');
    await options.delay(
      reconnectDelay(line.failures, options.random()),
      signal,
    );
  }
}

/** Refused requests stay refused; a broken server may recover. */
function isRefusal(error: unknown): boolean {
  return (
    isKargoRequestError(error) &&
    error.status >= 400 &&
    error.status < 500 &&
    ![408, 410, 425, 429].includes(error.status)
  );
}

async function followOnce<T>(
  options: FollowOptions<T>,
  onOpen: () => void,
): Promise<void> {
  const line = new AbortController();
  const stop = () => line.abort();
  options.signal.addEventListener('abort', stop);
  let heard = true;
  const watchdog = setInterval(() => {
    if (!heard) {
      line.abort();
    }
    heard = false;
  }, SILENCE_MS);
  const batch = createBatch(options.onEvents);
  try {
    const stream = options.watch({
      signal: line.signal,
      onOpen,
      onActivity: () => {
        heard = true;
      },
    });
    for await (const event of stream) {
      batch.add(event);
    }
  } finally {
    batch.flush();
    clearInterval(watchdog);
    options.signal.removeEventListener('abort', stop);
  }
}

/** Collects what arrives within a blink, so that a burst is drawn once. */
function createBatch<T>(onEvents: (events: T[]) => void) {
  let events: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (events.length > 0) {
      const ready = events;
      events = [];
      onEvents(ready);
    }
  };
  return {
    flush,
    add(event: T) {
      events.push(event);
      timer ??= setTimeout(flush, BATCH_MS);
    },
  };
}
