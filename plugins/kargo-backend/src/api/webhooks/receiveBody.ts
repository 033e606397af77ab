import { isError } from '@backstage/errors';
import { Request, Response } from 'express';
import { WEBHOOK_LIMITS } from '../../foreign/limits';
import { Clock } from '../../ports/Clock';
import { readBytes } from '../server/readBytes';
import { BODY_LIMITS, BodyRoom } from './BodyBudget';
import { refused, WebhookResult } from './carryOut';

/** A body that did not arrive in time. */
class SlowBodyError extends Error {
  override readonly name = 'SlowBodyError';
}

/** Bytes that a body will hold at most. */
export function announcedLength({ headers }: Request): number {
  const length = Number(headers['content-length'] ?? WEBHOOK_LIMITS.bytes);
  return Math.min(length, WEBHOOK_LIMITS.bytes);
}

/**
 * The body as it was sent, because that is what signatures are made of; or what its sender is
 * told when it cannot be had.
 */
export async function receiveBody(
  request: Request,
  response: Response,
  room: BodyRoom,
  clock: Clock,
): Promise<Uint8Array | WebhookResult> {
  try {
    const bytes = await readInTime(request, response, room, clock);
    room.complete();
    return bytes;
  } catch (error) {
    if (error instanceof SlowBodyError) {
      // What is still to come of it is not read.
      response.set('Connection', 'close');
    }
    return unreadable(error);
  }
}

/** @throws SlowBodyError, or the body parser's error */
async function readInTime(
  request: Request,
  response: Response,
  room: BodyRoom,
  clock: Clock,
): Promise<Uint8Array> {
  const ended = new AbortController();
  const tooSlow = clock
    .sleep(BODY_LIMITS.arrivalMs, AbortSignal.any([ended.signal, room.signal]))
    .then(
      () =>
        `the body did not arrive within ${
          BODY_LIMITS.arrivalMs / 1000
        } seconds`,
      () => 'the body came too slowly while others waited',
    )
    .then(message => Promise.reject(new SlowBodyError(message)));
  // It is stopped when the body is there.
  tooSlow.catch(() => undefined);
  request.on('data', (chunk: Buffer) => room.add(chunk.length));
  try {
    return await Promise.race([
      readBytes(request, response, {
        limit: WEBHOOK_LIMITS.bytes,
        inflate: false,
      }),
      tooSlow,
    ]);
  } finally {
    ended.abort();
  }
}

/** What the body parser says of a body that it did not read. */
function unreadable(error: unknown): WebhookResult {
  if (error instanceof SlowBodyError) {
    return refused(408, error.message);
  }
  const { type } = error as { type?: string };
  if (type === 'entity.too.large') {
    return refused(
      413,
      `content exceeds limit of ${WEBHOOK_LIMITS.bytes} bytes`,
    );
  }
  if (type === 'encoding.unsupported') {
    return refused(415, 'compressed bodies are not supported');
  }
  const { status } = error as { status?: number };
  if (isError(error) && status === 400) {
    return refused(400, 'invalid request body');
  }
  throw error;
}
