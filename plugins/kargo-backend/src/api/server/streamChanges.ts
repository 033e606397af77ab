import { once } from 'node:events';
import { isGoneError } from 'backstage-plugin-kargo-node';
import { Resource } from 'backstage-plugin-kargo-common';
import { Response } from 'express';
import { Clock } from '../../ports/Clock';
import { WatchEvent } from '../../ports/ResourceStore';
import { UNEXPECTED } from './errorAnswer';

/** How often a comment tells client and proxies that the stream is alive. */
export const KEEPALIVE_MS = 30_000;

/** What streaming needs. */
export interface StreamOptions {
  clock: Clock;
  /** Ends the stream: the portal stops, the token expires. */
  signal: AbortSignal;
  onError: (error: unknown) => void;
}

/**
 * Sends changes as server-sent events until the client goes away or the signal fires.
 *
 * @remarks
 * A slow client slows the watch down instead of filling memory: the next change is read
 * only after the last one left. A watch that fell behind the kept history ends with the
 * error `out_of_range`; the client lists again and reopens.
 */
export async function streamChanges(
  response: Response,
  watch: (signal: AbortSignal) => AsyncIterable<WatchEvent<Resource>>,
  options: StreamOptions,
): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, options.signal]);
  response.once('close', () => gone.abort());
  startStream(response);
  const beat = keepAlive(response, options.clock, signal);
  try {
    for await (const event of watch(signal)) {
      if (signal.aborted) {
        break;
      }
      if (event.type !== 'BOOKMARK') {
        const { type, object } = event;
        await send(response, frame({ type, object }), signal);
      }
    }
  } catch (error) {
    if (!signal.aborted) {
      await sendError(response, error, options.onError, signal);
    }
  } finally {
    gone.abort();
    await beat;
    response.end();
  }
}

function startStream(response: Response): void {
  response.status(200).set({
    'Content-Type': 'text/event-stream',
    // no-transform: a compressing proxy would hold changes back until its buffer is full.
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
    Connection: 'keep-alive',
  });
  response.flushHeaders();
}

async function keepAlive(
  response: Response,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(KEEPALIVE_MS, signal);
      await send(response, ': keepalive\n\n', signal);
    }
  } catch (error) {
    // The signal ends the sleep by rejecting; that is how this loop stops.
    if (!signal.aborted) {
      throw error;
    }
  }
}

async function send(
  response: Response,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(text)) {
    await once(response, 'drain', { signal });
  }
}

async function sendError(
  response: Response,
  error: unknown,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const isExpired = isGoneError(error);
  if (!isExpired) {
    onError(error);
  }
  const data = isExpired
    ? { code: 'out_of_range', message: error.message }
    : { code: 'internal', message: UNEXPECTED };
  await send(response, `event: error\n${frame(data)}`, signal).catch(
    // The client left while it was told why.
    () => undefined,
  );
}

function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
