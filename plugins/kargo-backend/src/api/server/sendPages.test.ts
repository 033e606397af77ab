import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { Resource } from 'backstage-plugin-kargo-common';
import express from 'express';
import { FakeClock } from '../../testing/FakeClock';
import { type Pages, sendGroups, sendPages } from './sendPages';

function resource(name: string): Resource {
  return { apiVersion: 'v1', kind: 'X', metadata: { name } } as Resource;
}

/** Serves one list or groups, asks for it, and tells what the client and the server saw. */
async function serve(lists: Pages | ReadonlyMap<string, Pages>) {
  let failure: unknown;
  const app = express();
  app.get('/', async (_, response) => {
    const head = { kind: 'XList' };
    const context = { clock: FakeClock.create() };
    const sent =
      typeof lists === 'function'
        ? sendPages(response, { head, pages: lists }, context)
        : sendGroups(response, { head, groups: lists }, context);
    await sent.catch(error => {
      failure = error;
      if (!response.headersSent) {
        response.status(500).json('refused');
      }
    });
  });
  const server = createServer(app);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    const { port } = server.address() as AddressInfo;
    const body = await fetch(`http://127.0.0.1:${port}/`)
      .then(response => response.json())
      .catch(() => 'cut');
    return { body, failure };
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => {
      server.close(resolve);
    });
  }
}

describe('sendPages', () => {
  it.each([
    ['no page', []],
    ['empty pages', [[], []]],
    ['one page', [['a', 'b']]],
    ['several with gaps', [['a'], [], ['b', 'c'], ['d'], []]],
  ])('sends %s as one list', async (_, pages) => {
    const { body } = await serve(async function* read() {
      yield* pages.map(names => names.map(resource));
    });
    expect(body).toEqual({
      kind: 'XList',
      items: pages.flat().map(resource),
    });
  });

  it('sends lists in groups', async () => {
    const { body } = await serve(
      new Map([
        [
          'a "b"',
          async function* read() {
            yield [resource('a')];
            yield [resource('b')];
          },
        ],
        ['empty', async function* read() {}],
      ]),
    );
    expect(body).toEqual({
      kind: 'XList',
      groups: {
        'a "b"': { items: ['a', 'b'].map(resource) },
        empty: { items: [] },
      },
    });
  });

  it('sends no group at all', async () => {
    const { body } = await serve(new Map());
    expect(body).toEqual({ kind: 'XList', groups: {} });
  });

  it('cuts the connection when a page fails, and says why inside', async () => {
    const { body, failure } = await serve(async function* read() {
      yield [resource('a'.repeat(100_000))];
      throw new Error('database gone');
    });
    expect(body).toBe('cut');
    expect(failure).toMatchObject({ message: 'database gone' });
  });

  it('leaves the answer to others when nothing has been sent', async () => {
    const { body, failure } = await serve(async function* read() {
      yield [resource('a')];
      throw new Error('database gone');
    });
    expect(body).toBe('refused');
    expect(failure).toMatchObject({ message: 'database gone' });
  });

  it('lets others have their turn between pages that are in memory', async () => {
    const big = resource('x'.repeat(100_000));
    let turns = 0;
    let isRead = false;
    const count = () => {
      turns += 1;
      if (!isRead) setImmediate(count);
    };
    await serve(async function* read() {
      setImmediate(count);
      for (let page = 0; page < 20; page++) {
        yield [big];
      }
      isRead = true;
    });
    expect(turns).toBeGreaterThanOrEqual(19);
  });

  it('waits for a client that reads slowly', async () => {
    const big = resource('x'.repeat(100_000));
    const { body } = await serve(async function* read() {
      for (let page = 0; page < 50; page++) {
        yield [big];
      }
    });
    expect(body.items).toHaveLength(50);
  });
});
