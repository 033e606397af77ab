import {
  isKargoRequestError,
  ObjectSnapshot,
  WatchOptions,
} from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';

/** Milliseconds between two looks when nothing tells of changes. */
const PAUSE = 1000;
/** The server sends a keep-alive every 30 s; without one a proxy holds the stream back. */
const SILENCE_MS = 40_000;
/** Looks in vain, a pause apart: a portal that is replaced by another one is away for minutes. */
const MOST_FAILURES = 300;

/** A resource to wait for. */
export interface Waiting<T> {
  /** Reads it now, with where its changes go on from. */
  load(): Promise<ObjectSnapshot<T>>;
  /** Tells its changes from there on; without it, it is read again and again. */
  changes?(
    resourceVersion: string | undefined,
    options: WatchOptions,
  ): AsyncIterable<{ type: string; object: T }>;
  /** What is waited for. */
  isDone(resource: T): boolean;
  /** Told of the resource whenever it was read. */
  tell?(resource: T): void;
}

type Timing = Pick<CliContext, 'delay' | 'startTimer'>;

/** Ends streams through which nothing comes. */
class Silence {
  /** Whether one was ended. */
  isFound = false;

  constructor(private readonly context: Timing) {}

  async watch<T>(follow: (options: WatchOptions) => Promise<T>): Promise<T> {
    const stream = new AbortController();
    const start = () =>
      this.context.startTimer(SILENCE_MS, () => {
        this.isFound = true;
        stream.abort();
      });
    let stop = start();
    try {
      return await follow({
        signal: stream.signal,
        onActivity: () => {
          stop();
          stop = start();
        },
      });
    } finally {
      stop();
    }
  }
}

/**
 * Waits until a resource is as wanted, however often the connection ends. Where nothing
 * comes through a stream, not even a keep-alive, it is read again and again. A server that has
 * answered once may be away for minutes.
 *
 * @throws KargoRequestError when the resource cannot be read, because it is gone for example.
 */
export async function waitUntil<T>(
  context: Timing,
  waiting: Waiting<T>,
): Promise<T> {
  const silence = new Silence(context);
  let read = await waiting.load();
  for (;;) {
    const { object, resourceVersion } = read;
    waiting.tell?.(object);
    if (waiting.isDone(object)) {
      return object;
    }
    if (!silence.isFound) {
      const from = resourceVersion || undefined;
      const found = await silence.watch(options =>
        followChanges(waiting, from, options),
      );
      if (found !== undefined) {
        return found;
      }
    }
    read = await readAgain(context, waiting);
  }
}

async function readAgain<T>(
  context: Timing,
  { load }: Waiting<T>,
): Promise<ObjectSnapshot<T>> {
  for (let failures = 0; ; failures++) {
    await context.delay(PAUSE);
    try {
      return await load();
    } catch (error) {
      if (isFinal(error) || failures >= MOST_FAILURES) {
        throw error;
      }
    }
  }
}

/** What is answered so although the same may be answered otherwise soon. */
const PASSING: readonly number[] = [408, 410, 429];

/** Whether a server that works has said no. */
function isFinal(error: unknown): boolean {
  return (
    isKargoRequestError(error) &&
    error.status >= 400 &&
    error.status < 500 &&
    !PASSING.includes(error.status)
  );
}

async function followChanges<T>(
  { changes, isDone, tell }: Waiting<T>,
  from: string | undefined,
  options: WatchOptions,
): Promise<T | undefined> {
  if (!changes) {
    return undefined;
  }
  try {
    for await (const { type, object } of changes(from, options)) {
      if (type === 'DELETED') {
        return undefined;
      }
      tell?.(object);
      if (isDone(object)) {
        return object;
      }
    }
  } catch (error) {
    // A stream may break at any time; reading the resource again tells what is wrong.
    if (isFinal(error)) {
      throw error;
    }
  }
  return undefined;
}
