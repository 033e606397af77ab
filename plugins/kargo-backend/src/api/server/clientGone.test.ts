import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { AddressInfo } from 'node:net';
import { Resource } from 'backstage-plugin-kargo-common';
import express, { Response } from 'express';
import { WatchEvent } from '../../ports/ResourceStore';
import { FakeClock } from '../../testing/FakeClock';
import { sendPages } from './sendPages';
import { streamChanges, streamWatches } from './streamChanges';
import { DRAIN_LIMIT_MS } from './writeSlowly';

jest.setTimeout(60_000);

const LARGE = {
  kind: 'X',
  metadata: { name: 'x', padding: '.'.repeat(1024 * 1024) },
} as unknown as Resource;

/** Tells how much was asked of it and whether it ended. */
class Source {
  taken = 0;
  isOpen = false;

  async *watch(): AsyncGenerator<WatchEvent<Resource>> {
    for await (const [object] of this.pages()) {
      yield { type: 'ADDED', object, resourceVersion: '1' };
    }
  }

  async *pages(): AsyncGenerator<Resource[]> {
    this.isOpen = true;
    try {
      for (;;) {
        this.taken += 1;
        yield [LARGE];
      }
    } finally {
      this.isOpen = false;
    }
  }
}

type Serve = (
  response: Response,
  source: Source,
  clock: FakeClock,
) => Promise<void>;

const streamOptions = (clock: FakeClock) => ({
  clock,
  signal: new AbortController().signal,
  onError: () => undefined,
});

const WAYS: Array<[string, Serve]> = [
  [
    'a watch',
    (response, source, clock) =>
      streamChanges(response, () => source.watch(), streamOptions(clock)),
  ],
  [
    'several watches',
    (response, source, clock) =>
      streamWatches(
        response,
        ['a', 'b'].map(id => ({ id, open: () => source.watch() })),
        streamOptions(clock),
      ),
  ],
  [
    'a list',
    (response, source, clock) =>
      sendPages(response, { head: {}, pages: () => source.pages() }, { clock }),
  ],
];

describe.each(WAYS)('a client that leaves %s', (_, serve) => {
  let source: Source;
  let clock: FakeClock;
  let close: () => Promise<void>;
  let port: number;
  let isAsked: () => void;
  let asked: Promise<void>;
  let goOn: () => void;
  let mayGoOn: Promise<void>;
  let ended: Promise<unknown>;

  beforeEach(async () => {
    source = new Source();
    clock = FakeClock.create();
    asked = new Promise(resolve => {
      isAsked = resolve;
    });
    mayGoOn = new Promise(resolve => {
      goOn = resolve;
    });
    const app = express();
    ended = new Promise(resolve => {
      app.get('/', async (__, response) => {
        isAsked();
        await mayGoOn;
        await serve(response, source, clock).then(resolve, resolve);
      });
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    close = async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
  });

  afterEach(() => close());

  /** Asks, and never reads what comes. */
  function ask() {
    const client = request({ port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    client.end();
    return client;
  }

  it('before it is served leaves nothing behind', async () => {
    const client = ask();
    await asked;
    const isClosed = new Promise(resolve => {
      // `once` would reject by the error that its own leaving is to the client.
      client.once('close', resolve);
    });
    client.destroy();
    await isClosed;
    // The server has seen it too once it serves another.
    await fetch(`http://127.0.0.1:${port}/other`);
    goOn();
    await ended;
    expect(source.isOpen).toBe(false);
    expect(source.taken).toBe(0);
    expect(clock.sleepers).toBe(0);
  });

  it('in the middle leaves nothing behind', async () => {
    const client = ask();
    goOn();
    await once(client, 'response');
    client.destroy();
    await ended;
    expect(source.isOpen).toBe(false);
    expect(clock.sleepers).toBe(0);
  });

  it('open and never reads it is cut off, and little was read for it', async () => {
    const client = ask();
    goOn();
    await once(client, 'response');
    let isEnded = false;
    void ended.then(() => {
      isEnded = true;
    });
    while (!isEnded) {
      await clock.advance(DRAIN_LIMIT_MS / 10);
    }
    expect(source.isOpen).toBe(false);
    expect(clock.sleepers).toBe(0);
    // What the system keeps for a connection, and not more.
    expect(source.taken).toBeLessThan(50);
    client.destroy();
  });
});
