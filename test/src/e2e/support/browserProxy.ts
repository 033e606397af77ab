import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import {
  type LoopbackServer,
  startLoopbackServer,
} from '../../world/loopbackServer';

/**
 * What stands between a browser and a portal, for `proxy` of a browser's context. Its faults
 * strike by the routes `changes`, the stream that keeps a page current, and `other`.
 */
export interface BrowserProxy extends LoopbackServer {
  /** Cuts the streams that are open, as a proxy does that is started anew. */
  cutStreams(): void;
}

/** What belongs to one connection, or to how the answer was packed, and is not passed on. */
const HOP_HEADERS = [
  'connection',
  'content-encoding',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
];

/** Starts a proxy that passes on whatever it is asked for on this machine. */
export async function startBrowserProxy(): Promise<BrowserProxy> {
  const streams = new Set<Readable>();
  const server = await startLoopbackServer({
    route: ({ url }) =>
      url.pathname.endsWith('/v1beta1/watches') ? 'changes' : 'other',
    async handle({ method, url, headers, body }, { route }) {
      const hasBody = !['GET', 'HEAD'].includes(method);
      const answer = await fetch(url, {
        method,
        headers: passedOn(Object.entries(headers)),
        redirect: 'manual',
        ...(hasBody && { body: new Uint8Array(await body()) }),
      });
      const stream =
        answer.body && Readable.fromWeb(answer.body as ReadableStream);
      if (stream && route === 'changes') {
        streams.add(stream);
        stream.once('close', () => streams.delete(stream));
      }
      return {
        status: answer.status,
        headers: passedOn([...answer.headers]),
        ...(stream && { body: stream }),
      };
    },
  });
  return {
    ...server,
    cutStreams() {
      streams.forEach(stream => stream.destroy());
    },
  };
}

function passedOn(
  headers: Iterable<[name: string, value: string | string[] | undefined]>,
): Record<string, string> {
  return Object.fromEntries(
    [...headers].flatMap(([name, value]) =>
      value === undefined || HOP_HEADERS.includes(name)
        ? []
        : [[name, String(value)]],
    ),
  );
}
