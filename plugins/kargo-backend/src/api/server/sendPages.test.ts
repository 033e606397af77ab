import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { Resource } from 'backstage-plugin-kargo-common';
import express from 'express';
import { FakeClock } from '../../testing/FakeClock';
import { sendPages } from './sendPages';

function resource(name: string): Resource {
  return { apiVersion: 'v1', kind: 'X', metadata: { name } } as Resource;
}

/** Serves one list, asks for it, and tells what the client and the server saw. */
async function serve(
  pages: () => AsyncIterable<Resource[]>,
  within?: string[],
) {
  let failure: unknown;
  const app = express();
  app.get('/', async (_, response) => {
    const list = { head: { kind: 'XList' }, pages, within };
    await sendPages(response, list, { clock: FakeClock.create() }).catch(
      error => {
        failure = error;
      },
    );
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

  it('sends a list that stands deep in an object', async () => {
    const { body } = await serve(
      async function* read() {
        yield [resource('a')];
        yield [resource('b')];
      },
      ['groups', 'a "b"'],
    );
    expect(body).toEqual({
      kind: 'XList',
      groups: { 'a "b"': { items: ['a', 'b'].map(resource) } },
    });
  });

  it('cuts the connection when a page fails, and says why inside', async () => {
    const { body, failure } = await serve(async function* read() {
      yield [resource('a')];
      throw new Error('database gone');
    });
    expect(body).toBe('cut');
    expect(failure).toMatchObject({ message: 'database gone' });
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
