import { isGoneError } from 'backstage-plugin-kargo-node';
import { Resource } from 'backstage-plugin-kargo-common';
import { Response } from 'express';
import { Clock } from '../../ports/Clock';
import { WatchEvent } from '../../ports/ResourceStore';
import { clientGone } from './clientGone';
import { errorAnswer } from './errorAnswer';
import { serializeShared } from './serializeShared';
import { maskPasswords } from '../../logic/urlPassword';
import { shownJson } from './shownJson';
import { ClientStalledError, writeSlowly } from './writeSlowly';

/** How often a comment tells client and proxies that the stream is alive. */
export const KEEPALIVE_MS = 30_000;

/** What a watch ends with, by the status that a plain request would be answered with. */
const CODES: Record<number, string | undefined> = {
  400: 'invalid_argument',
  403: 'permission_denied',
  404: 'not_found',
  503: 'unavailable',
};

/** Opens a watch that ends with the signal. */
export type OpenWatch = (
  signal: AbortSignal,
) => AsyncIterable<WatchEvent<Resource>>;

/** One of several watches that share a stream. */
export interface NamedWatch {
  /** What the client calls it. */
  id: string;
  open: OpenWatch;
}

/** What streaming needs. */
export interface StreamOptions {
  clock: Clock;
  /** Ends the stream: the portal stops, the token expires. */
  signal: AbortSignal;
  onError: (error: unknown) => void;
}

/** What a client is told of an error; `id` names one of several watches. */
interface StreamError {
  id?: string;
  code: string;
  message: string;
}

/**
 * Sends changes as server-sent events until the client goes away or the signal fires.
 *
 * @remarks
 * A slow client slows the watch down instead of filling memory: the next change is read
 * only after the last one left. One that reads nothing at all is cut off. A watch that
 * fell behind the kept history ends with the error `out_of_range`; the client lists again
 * and reopens.
 */
export async function streamChanges(
  response: Response,
  watch: OpenWatch,
  options: StreamOptions,
): Promise<void> {
  await withStream(response, options, async stream => {
    try {
      for await (const event of watch(stream.signal)) {
        // Upstream's clients know no bookmarks.
        if (event.type !== 'BOOKMARK') {
          await stream.send(changeFrame(event.type, event.object));
        }
      }
    } catch (error) {
      await stream.sendError(error);
    }
  });
}

/** Sends changes as {@link streamChanges} does; each frame tells where to go on, and so do bookmarks. */
export async function streamRevisions(
  response: Response,
  watch: OpenWatch,
  options: StreamOptions,
): Promise<void> {
  await withStream(response, options, async stream => {
    try {
      for await (const event of watch(stream.signal)) {
        await stream.send(revisionFrame(event));
      }
    } catch (error) {
      await stream.sendError(error);
    }
  });
}

/**
 * Sends the changes of several watches in one stream. Each frame names its watch, and
 * bookmarks are sent: they tell where to go on. A watch that fails says so and ends; the
 * others go on.
 */
export async function streamWatches(
  response: Response,
  watches: readonly NamedWatch[],
  options: StreamOptions,
): Promise<void> {
  await withStream(response, options, async stream => {
    await Promise.all(
      watches.map(async ({ id, open }) => {
        try {
          for await (const event of open(stream.signal)) {
            await stream.send(revisionFrame(event, id));
          }
        } catch (error) {
          await stream.sendError(error, id);
        }
      }),
    );
  });
}

/** Sends texts as they come, each line as a line of a server-sent event. */
export async function streamTexts(
  response: Response,
  texts: (signal: AbortSignal) => AsyncIterable<string>,
  options: StreamOptions,
): Promise<void> {
  await withStream(response, options, async stream => {
    try {
      for await (const text of texts(stream.signal)) {
        await stream.send(textFrame(text));
      }
    } catch (error) {
      await stream.sendError(error);
    }
  });
}

interface Stream {
  readonly signal: AbortSignal;
  send(text: string): Promise<void>;
  /** Tells the client; does nothing when the stream itself has ended. */
  sendError(error: unknown, id?: string): Promise<void>;
}

async function withStream(
  response: Response,
  options: StreamOptions,
  work: (stream: Stream) => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const gone = clientGone(response);
  const signal = AbortSignal.any([gone, end.signal, options.signal]);
  if (signal.aborted) {
    response.end();
    return;
  }
  startStream(response);
  if (response.req.method === 'HEAD') {
    // It asks for no events, and waits for the end before it asks anything else.
    response.end();
    return;
  }
  const send = createSender(response, { clock: options.clock, signal });
  const beat = keepAlive(send, options.clock, signal);
  const sendError = async (error: unknown, id?: string) => {
    if (signal.aborted || isStalled(error)) {
      return;
    }
    const told = describeError(error, options.onError);
    await send(`event: error\n${frame({ ...(id && { id }), ...told })}`).catch(
      // The client left while it was told why.
      () => undefined,
    );
  };
  try {
    await work({ signal, send, sendError });
  } finally {
    end.abort();
    await beat;
    response.end();
  }
}

/** Writes of several watches follow one another, so that all of them wait for a slow client. */
function createSender(
  response: Response,
  options: { clock: Clock; signal: AbortSignal },
): (text: string) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return text => {
    const sent = last
      .then(() => writeSlowly(response, text, options))
      .catch(error => {
        if (isStalled(error)) {
          // Nothing can be told to it; everything ends with the connection.
          response.destroy();
        }
        throw error;
      });
    // Whoever sent it hears of a failure; whoever comes next will meet it itself.
    last = sent.catch(() => undefined);
    return sent;
  };
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
  // A proxy that holds the body back shows by what does not come: say something at once.
  response.write(': open\n\n');
}

async function keepAlive(
  send: (text: string) => Promise<void>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(KEEPALIVE_MS, signal);
      await send(': keepalive\n\n');
    }
  } catch (error) {
    // The signal ends the sleep by rejecting; that is how this loop stops.
    if (!signal.aborted && !isStalled(error)) {
      throw error;
    }
  }
}

function isStalled(error: unknown): boolean {
  return error instanceof ClientStalledError;
}

function describeError(
  error: unknown,
  onError: (error: unknown) => void,
): StreamError {
  if (isGoneError(error)) {
    return { code: 'out_of_range', message: error.message };
  }
  const { status, body } = errorAnswer(error);
  const code = CODES[status];
  if (!code) {
    onError(error);
  }
  return { code: code ?? 'internal', message: body.error };
}

function changeFrame(type: string, object: Resource): string {
  return `data: {"type":"${type}","object":${serializeShared(object)}}\n\n`;
}

/** @param id - what the client calls the watch, if there are several */
function revisionFrame(event: WatchEvent<Resource>, id?: string): string {
  const name = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
  const head = `${name}"type":"${event.type}"`;
  const { resourceVersion } = event;
  const rest =
    event.type === 'BOOKMARK'
      ? ''
      : `,"object":${serializeShared(event.object)}`;
  return `data: {${head},"resourceVersion":${JSON.stringify(
    resourceVersion,
  )}${rest}}\n\n`;
}

function textFrame(text: string): string {
  const lines = maskPasswords(text).split(/\r\n|\n|\r/);
  return `${lines.map(line => `data: ${line}\n`).join('')}\n`;
}

function frame(data: object): string {
  return `data: ${shownJson(data)}\n\n`;
}
