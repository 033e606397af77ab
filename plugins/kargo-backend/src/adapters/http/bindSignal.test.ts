import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { RestApi } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { stopThreads } from '../../foreign/threads/runInThread';
import { withoutRoomToRead } from '../../testing/busyThreads';
import { bindSignal } from './bindSignal';
import { UndiciHttpClient } from './UndiciHttpClient';

jest.setTimeout(60_000);

/** Objects of as many shapes: what a parser has most work with. */
const ITEMS = Array.from({ length: 50_000 }, (_, n) => ({ [`k${n}`]: n }));

describe('an API that is spoken with by a client of a step', () => {
  let server: Server;
  let http: UndiciHttpClient;
  let baseURL: string;

  beforeAll(async () => {
    const answers = new Map([
      ['/items', JSON.stringify(ITEMS)],
      ['/deep', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ]);
    server = createServer(({ url = '' }, response) => {
      response.end(answers.get(url));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    baseURL = `http://127.0.0.1:${port}`;
    http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
  });

  afterAll(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
    await stopThreads();
  });

  const open = (signal = new AbortController().signal) =>
    new RestApi({
      http: bindSignal(http, signal),
      ...{ baseURL, headers: {}, now: () => 0 },
      ...{ subject: 'item', credentials: 'the token' },
    });

  it('has a large answer read in a thread, which says when there is none', async () => {
    const read = () => open().read(z.array(z.unknown()), { path: '/items' });
    await expect(withoutRoomToRead(read)).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message: expect.stringContaining('busy reading other texts'),
    });
    expect(await read()).toEqual(ITEMS);
  });

  it('takes an answer that is nested too deep for none', async () => {
    expect(await open().ask({ path: '/deep' })).toMatchObject({
      status: 200,
      body: undefined,
    });
  });

  it('ends the reading with its signal', async () => {
    const stopped = new AbortController();
    const { readJson } = bindSignal(http, stopped.signal);
    const reading = readJson!(Buffer.from(JSON.stringify(ITEMS)));
    stopped.abort(new Error('the attempt is over'));
    await expect(reading).rejects.toThrow();
  });
});
