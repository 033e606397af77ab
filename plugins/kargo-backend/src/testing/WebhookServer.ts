import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { AnySubscriptionType } from 'backstage-plugin-kargo-node';
import express from 'express';
import { createUlidSource, createUuid } from '../adapters/system/ids';
import { createWebhookRouter } from '../api/webhooks/webhookRouter';
import { subscribedURLsOf } from '../logic/subscribedURLs';
import { EngineHarness } from './EngineHarness';
import { mockLogger } from './mockLogger';

/** What a sender is answered. */
export interface WebhookAnswer {
  status: number;
  body: unknown;
  headers: Headers;
}

/** The webhooks of an engine in a harness, on a port of this machine. */
export class WebhookServer {
  static async start(
    { store, clock, deliveries, receiverTypes }: EngineHarness,
    subscriptionTypes: readonly AnySubscriptionType[] = [],
  ): Promise<WebhookServer> {
    const logged: string[] = [];
    const app = express();
    app.use((request, response, next) => {
      response.on('finish', () => logged.push(request.originalUrl));
      next();
    });
    const server = createServer(
      app.use(
        '/webhook',
        createWebhookRouter({
          ...{ store, clock, receiverTypes },
          webhookDeliveries: deliveries,
          subscribedURLs: subscribedURLsOf(
            new Map(subscriptionTypes.map(type => [type.id, type])),
          ),
          ids: { uuid: createUuid, ulid: createUlidSource({ clock }) },
          logger: mockLogger(),
        }),
      ),
    );
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new WebhookServer(server, logged);
  }

  private constructor(
    private readonly server: Server,
    /** Addresses as the portal logs them, when an answer has been sent. */
    readonly logged: readonly string[],
  ) {}

  /** The address in front of the path of a receiver. */
  get origin(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Sends a request as a sender does. */
  async post(
    path: string | undefined,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<WebhookAnswer> {
    const response = await fetch(`${this.origin}${path}`, {
      method: 'POST',
      headers,
      body,
    });
    return {
      status: response.status,
      body: await response.json(),
      headers: response.headers,
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => {
      this.server.close(resolve);
    });
  }
}
