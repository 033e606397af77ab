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
 * comes through a stream, not even a keep-alive, it is read again and again.
 *
 * @throws KargoRequestError when the resource cannot be read, because it is gone for example.
 */
export async function waitUntil<T>(
  context: Timing,
  waiting: Waiting<T>,
): Promise<T> {
  const silence = new Silence(context);
  for (;;) {
    const { object, resourceVersion } = await waiting.load();
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
    await context.delay(PAUSE);
  }
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
    if (
      isKargoRequestError(error) &&
      error.status >= 400 &&
      error.status < 500 &&
      error.status !== 410
    ) {
      throw error;
    }
  }
  return undefined;
}
