import { KubeConfig } from '@kubernetes/client-node';
import { startTimer } from '../system/startTimer';
import { kubernetesClient } from './client';

/** Of one event. An API server keeps objects of some 1.5 MiB at most. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** Servers send a bookmark every minute or so, and end a watch whenever they like. */
const SILENCE_MS = 90_000;
const NEWLINE = 10;

/** An API server did not open a watch. */
export class WatchRefusedError extends Error {
  override readonly name = 'WatchRefusedError';

  constructor(readonly status: number) {
    super(`the watch was refused with status ${status}`);
  }
}

/** What is watched. */
export interface WatchRequest {
  kubeConfig: KubeConfig;
  /** With the query, without `watch`. */
  path: string;
  signal: AbortSignal;
  /** Takes each event; whatever is none is passed over. */
  onEvent(type: string, object: unknown): void;
  maxEventBytes?: number;
  silenceMs?: number;
}

/** Makes lines of what comes in pieces. */
class Lines {
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(private readonly most: number) {}

  /** The lines that end in a piece. @throws Error for one that is too long, when it is its turn */
  *add(piece: Uint8Array): Generator<string> {
    let from = 0;
    for (;;) {
      const end = piece.indexOf(NEWLINE, from);
      const part = piece.subarray(from, end < 0 ? undefined : end);
      this.#bytes += part.length;
      if (this.#bytes > this.most) {
        throw new Error(`an event has more than ${this.most} bytes`);
      }
      this.#pieces.push(part);
      if (end < 0) {
        return;
      }
      const line = Buffer.concat(this.#pieces).toString('utf8');
      this.#pieces = [];
      this.#bytes = 0;
      from = end + 1;
      yield line;
    }
  }
}

/**
 * Watches objects of a cluster until the server ends it, or says nothing for long.
 *
 * @remarks The library's own watch reads an event however large it is.
 *
 * @throws WatchRefusedError; Error for an event that is too large, and for a connection that
 * breaks; the reason of the signal
 */
export async function watchEvents(request: WatchRequest): Promise<void> {
  const { kubeConfig, path, signal, onEvent } = request;
  const { maxEventBytes = MAX_EVENT_BYTES, silenceMs = SILENCE_MS } = request;
  const url = new URL(`${kubeConfig.getCurrentCluster()?.server}${path}`);
  url.searchParams.set('watch', 'true');
  const { createConfiguration, HttpMethod, RequestContext } =
    kubernetesClient();
  const context = new RequestContext(url.toString(), HttpMethod.GET);
  await kubeConfig.applySecurityAuthentication(context);
  const silence = new AbortController();
  // Whatever is left of an answer is let go.
  const done = new AbortController();
  let endTimer = startTimer(silenceMs, () => silence.abort());
  try {
    context.setSignal(AbortSignal.any([signal, silence.signal, done.signal]));
    const { httpStatusCode, body } = await createConfiguration()
      .httpApi.send(context)
      .toPromise();
    if (httpStatusCode !== 200) {
      throw new WatchRefusedError(httpStatusCode);
    }
    const lines = new Lines(maxEventBytes);
    const chunks = body.stream() as AsyncIterable<Uint8Array> | null;
    for await (const chunk of chunks ?? []) {
      endTimer();
      endTimer = startTimer(silenceMs, () => silence.abort());
      for (const line of lines.add(chunk)) {
        tell(line, onEvent);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!silence.signal.aborted) {
      throw error;
    }
  } finally {
    endTimer();
    done.abort();
  }
}

function tell(line: string, onEvent: WatchRequest['onEvent']): void {
  let event: { type?: unknown; object?: unknown };
  try {
    event = JSON.parse(line);
  } catch {
    return;
  }
  const { type, object } = event ?? {};
  if (typeof type === 'string' && typeof object === 'object' && object) {
    onEvent(type, object);
  }
}
