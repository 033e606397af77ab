import {
  isKargoRequestError,
  isOutOfRangeError,
  WatchEvent,
  WatchOptions,
} from 'backstage-plugin-kargo-common';

/**
 * How fresh the data on the screen is. `live` only while something arrives, be it a
 * keep-alive: a proxy may hold back what the server sends.
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'polling';

/** What {@link followChanges} needs; effects come in here, so that tests own time. */
export interface FollowOptions<T> {
  signal: AbortSignal;
  /** Opens a stream where the cache stands now. */
  watch: (options: WatchOptions) => AsyncIterable<WatchEvent<T>>;
  /** Lists again, because the stream cannot continue or has told nothing for a while. */
  relist: () => Promise<unknown>;
  onEvents: (events: Array<WatchEvent<T>>) => void;
  onState: (state: LiveState) => void;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** Ends early, without an error, when the signal fires. */
  delay: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
const BATCH_MS = 50;
/** The server sends a keep-alive every 30 s; without one nothing comes through. */
export const SILENCE_MS = 40_000;
/** What arrives so long after the opening is no farewell: the line holds. */
export const STEADY_MS = 20_000;
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
 * Keeps a list current until the signal fires: reopens streams that end, break or fall
 * silent, lists again when the starting point is too old, and gives up on streaming, not
 * on data, when the server refuses it.
 *
 * @remarks
 * That a stream opens is no success: the pauses between attempts grow until a change
 * arrives or a stream holds.
 */
export async function followChanges<T>(
  options: FollowOptions<T>,
): Promise<void> {
  const { signal } = options;
  const line: Line = { failures: 0, state: 'connecting' };
  const setState = (state: LiveState) => {
    if (state !== line.state) {
      line.state = state;
      options.onState(state);
    }
  };
  while (!signal.aborted) {
    const end = await followOnce(options, {
      onHeard: () => setState('live'),
      onProof: () => {
        line.failures = 0;
      },
    });
    if (signal.aborted) {
      return;
    }
    if (end.kind === 'refused') {
      setState('polling');
      return;
    }
    line.failures += 1;
    const hasGivenUp = line.failures > PATIENCE || line.state === 'polling';
    setState(end.kind === 'silent' || hasGivenUp ? 'polling' : 'reconnecting');
    if (end.kind !== 'broken' || line.failures === 2) {
      // Twice in a row: a plain request finds out whether anybody is there at all.
      await options.relist();
    }
    await options.delay(
      reconnectDelay(line.failures, options.random()),
      signal,
    );
  }
}

/** What is known about the way to the server. */
interface Line {
  failures: number;
  state: LiveState;
}

/** How a stream ended. */
type StreamEnd =
  | { kind: 'broken' }
  /** Nothing came through it for too long. */
  | { kind: 'silent' }
  /** It cannot go on from where it was. */
  | { kind: 'expired' }
  /** There will be none. */
  | { kind: 'refused' };

function endOf(error: unknown): StreamEnd {
  if (isOutOfRangeError(error)) {
    return { kind: 'expired' };
  }
  return { kind: isRefusal(error) ? 'refused' : 'broken' };
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
  tell: { onHeard: () => void; onProof: () => void },
): Promise<StreamEnd> {
  const { now } = options;
  const line = new AbortController();
  const stop = () => line.abort();
  options.signal.addEventListener('abort', stop);
  const openedAt = now();
  const silence = watchSilence(options, line);
  const batch = createBatch(options.onEvents);
  try {
    const stream = options.watch({
      signal: line.signal,
      onActivity: () => {
        silence.heard();
        tell.onHeard();
        if (now() - openedAt >= STEADY_MS) {
          tell.onProof();
        }
      },
    });
    for await (const event of stream) {
      silence.heard();
      tell.onHeard();
      tell.onProof();
      batch.add(event);
    }
    // A stream that ends cleanly was cut by a proxy or a restart: it is opened again.
    return { kind: silence.hasFired() ? 'silent' : 'broken' };
  } catch (error) {
    return silence.hasFired() ? { kind: 'silent' } : endOf(error);
  } finally {
    batch.flush();
    line.abort();
    options.signal.removeEventListener('abort', stop);
  }
}

/** Cuts a line that nothing has come through for {@link SILENCE_MS}. */
function watchSilence(
  { now, delay }: Pick<FollowOptions<unknown>, 'now' | 'delay'>,
  line: AbortController,
) {
  let heardAt = now();
  let hasFired = false;
  const wait = async () => {
    for (;;) {
      const left = heardAt + SILENCE_MS - now();
      if (line.signal.aborted) {
        return;
      }
      if (left <= 0) {
        hasFired = true;
        line.abort();
        return;
      }
      await delay(left, line.signal);
    }
  };
  // Ends with the line and never fails.
  wait();
  return {
    heard: () => {
      heardAt = now();
    },
    hasFired: () => hasFired,
  };
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
