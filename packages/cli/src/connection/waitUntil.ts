import {
  isKargoRequestError,
  ObjectSnapshot,
} from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';

/** Milliseconds between two looks when nothing tells of changes. */
const PAUSE = 1000;

/** A resource to wait for. */
export interface Waiting<T> {
  /** Reads it now, with where its changes go on from. */
  load(): Promise<ObjectSnapshot<T>>;
  /** Tells its changes from there on; without it, it is read again and again. */
  changes?(
    resourceVersion: string | undefined,
  ): AsyncIterable<{ type: string; object: T }>;
  /** What is waited for. */
  isDone(resource: T): boolean;
  /** Told of the resource whenever it was read. */
  tell?(resource: T): void;
}

/**
 * Waits until a resource is as wanted, however often the connection ends.
 *
 * @throws KargoRequestError when the resource cannot be read, because it is gone for example.
 */
export async function waitUntil<T>(
  context: Pick<CliContext, 'delay'>,
  waiting: Waiting<T>,
): Promise<T> {
  for (;;) {
    const { object, resourceVersion } = await waiting.load();
    waiting.tell?.(object);
    if (waiting.isDone(object)) {
      return object;
    }
    const found = await followChanges(waiting, resourceVersion || undefined);
    if (found !== undefined) {
      return found;
    }
    await context.delay(PAUSE);
  }
}

async function followChanges<T>(
  { changes, isDone, tell }: Waiting<T>,
  from: string | undefined,
): Promise<T | undefined> {
  if (!changes) {
    return undefined;
  }
  try {
    for await (const { type, object } of changes(from)) {
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
