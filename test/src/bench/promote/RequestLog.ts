import { createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that went by, in milliseconds of `performance.now()`. */
export interface PassedRequest {
  readonly method: string;
  readonly path: string;
  readonly startedMs: number;
  endedMs?: number;
}

/** Stands before a server and notes when it is asked. */
export class RequestLog {
  readonly passed: PassedRequest[] = [];

  /** @param target - address without a trailing slash */
  static async before(target: string): Promise<RequestLog> {
    const log = new RequestLog(target);
    await new Promise<void>(resolve => {
      log.server.listen(0, '127.0.0.1', resolve);
    });
    return log;
  }

  private readonly server: Server;

  private constructor(target: string) {
    const { hostname, port } = new URL(target);
    this.server = createServer((incoming, outgoing) => {
      const { method = '', url: path = '', headers } = incoming;
      const startedMs = performance.now();
      const passed: PassedRequest = { method, path, startedMs };
      this.passed.push(passed);
      const forwarded = send({ hostname, port, method, path, headers });
      forwarded.once('response', answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.once('error', () => outgoing.destroy());
      outgoing.once('finish', () => {
        passed.endedMs = performance.now();
      });
      incoming.pipe(forwarded);
    });
  }

  /** Its address, without a trailing slash. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** What went by from a moment on. */
  since(momentMs: number): PassedRequest[] {
    return this.passed.filter(({ startedMs }) => startedMs >= momentMs);
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => {
      this.server.close(resolve);
    });
    this.server.closeAllConnections();
    await closed;
  }
}
