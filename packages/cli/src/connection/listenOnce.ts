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

/**
 * Listens on this machine alone for one request to a path.
 *
 * @param port - any free one when it is 0
 */
export async function listenOnce(
  path: string,
  port: number,
): Promise<Callback> {
  let arrive: (answer: URLSearchParams) => void;
  const arrived = new Promise<URLSearchParams>(resolve => {
    arrive = resolve;
  });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(
      request.url ?? '/',
      'http://127.0.0.1',
    );
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    if (pathname !== path) {
      response.writeHead(404).end();
      return;
    }
    response.end(PAGE, () => arrive(searchParams));
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
