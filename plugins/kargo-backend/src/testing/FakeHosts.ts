import {
  LoopbackRequest,
  LoopbackServer,
  Reply,
  startLoopbackServer,
} from 'kargo-test';

/** A request as the host saw it that it was meant for. */
export interface HostRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string;
}

/** Answers the requests of one route. */
export type HostHandler = (request: HostRequest) => Promise<Reply> | Reply;

/** Carries the URL that was meant to the server that stands in. */
const MEANT = 'x-meant-url';

/**
 * Stands in for hosts of the internet: its `fetch` sends every request over HTTP to one
 * server of this machine, which answers by the host and path that were meant.
 */
export class FakeHosts {
  /** Everything that was asked, as `POST host/path`. */
  readonly asked: HostRequest[] = [];
  readonly #routes = new Map<string, HostHandler>();
  #otherwise: HostHandler = ({ method, url }) => ({
    status: 501,
    body: `nobody answers ${routeOf(method, url)}`,
  });
  readonly #server: LoopbackServer;

  static async start(): Promise<FakeHosts> {
    const hosts: FakeHosts = new FakeHosts(
      await startLoopbackServer({
        route: request => routeOf(request.method, meantURL(request)),
        handle: (request, { route }) => hosts.#handle(request, route),
      }),
    );
    return hosts;
  }

  private constructor(server: LoopbackServer) {
    this.#server = server;
  }

  /** Sets the answer of a route, for example `POST sts.amazonaws.com/`. */
  on(route: string, handler: HostHandler): this {
    this.#routes.set(route, handler);
    return this;
  }

  /** Answers what no route is set for. */
  otherwise(handler: HostHandler): this {
    this.#otherwise = handler;
    return this;
  }

  /** The routes that were asked, in order. */
  get routes(): string[] {
    return this.asked.map(({ method, url }) => routeOf(method, url));
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const meant = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    headers.set(MEANT, meant.href);
    return fetch(new URL(meant.pathname, this.#server.url), {
      ...init,
      headers,
    });
  };

  close(): Promise<void> {
    return this.#server.close();
  }

  async #handle(request: LoopbackRequest, route: string): Promise<Reply> {
    const seen = {
      method: request.method,
      url: meantURL(request),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [
          name,
          [value].flat().join(', '),
        ]),
      ),
      body: (await request.body()).toString('utf8'),
    };
    this.asked.push(seen);
    const handler = this.#routes.get(route) ?? this.#otherwise;
    return handler(seen);
  }
}

/** An answer in JSON. */
export function jsonReply(body: unknown, status = 200): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function meantURL(request: LoopbackRequest): URL {
  return new URL(String(request.headers[MEANT]));
}

function routeOf(method: string, url: URL): string {
  return `${method} ${url.host}${url.pathname}`;
}
