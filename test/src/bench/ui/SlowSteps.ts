import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { STEPS } from './manifests';

/** Answers what the steps of Promotions ask, as late as it is told to. */
export class SlowSteps {
  /** How long an answer takes. */
  answerAfterMs = 0;
  #asked = 0;
  #ended: Array<() => void> = [];

  static async start(): Promise<SlowSteps> {
    const server = createServer();
    const steps = new SlowSteps(server);
    server.on('request', async ({ url }, response) => {
      steps.#asked += 1;
      await delay(steps.answerAfterMs);
      response.once('close', () => steps.#answered(url));
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return steps;
  }

  private constructor(private readonly server: Server) {}

  /** Its address, without a trailing slash. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** How many requests have come so far. */
  get asked(): number {
    return this.#asked;
  }

  /** Calls back for one Promotion that has got the answer to its last request. */
  onceEnded(callback: () => void): void {
    this.#ended.push(callback);
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  #answered(url = ''): void {
    if (url.endsWith(`/${STEPS}`)) {
      this.#ended.shift()?.();
    }
  }
}
