import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Waits for a browser to come back to this machine. */
export interface Callback {
  /** Where it comes back to. */
  readonly url: string;
  /** What it brings; `undefined` when it does not come within milliseconds. */
  wait(limitMs: number): Promise<URLSearchParams | undefined>;
  close(): Promise<void>;
}

const PAGE = 'You may close this window and go back to the command line.\n';
const STRANGER = 'This is not the sign-in that the command line waits for.\n';

/**
 * Listens on this machine alone for one request to a path.
 *
 * @param port - any free one when it is 0
 * @param expects - tells the browser that is waited for from pages that send one here
 */
export async function listenOnce(
  path: string,
  port: number,
  expects: (answer: URLSearchParams) => boolean,
): Promise<Callback> {
  let arrive: (answer: URLSearchParams) => void;
  const arrived = new Promise<URLSearchParams>(resolve => {
    arrive = resolve;
  });
  const server = createServer((request, response) => {
    // Not every target of a request makes a URL.
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    if (request.method !== 'GET' || url?.pathname !== path) {
      response.writeHead(404).end();
      return;
    }
    if (!expects(url.searchParams)) {
      response.writeHead(400).end(STRANGER);
      return;
    }
    response.end(PAGE, () => arrive(url.searchParams));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}${path}`,
    async wait(limitMs) {
      const end = new AbortController();
      try {
        return await Promise.race([
          arrived,
          setTimeout(limitMs, undefined, { signal: end.signal }),
        ]);
      } finally {
        end.abort();
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise(closed => {
        server.close(closed);
      });
    },
  };
}
