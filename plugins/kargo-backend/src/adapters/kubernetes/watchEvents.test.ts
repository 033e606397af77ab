import { LoopbackServer, Reply, startLoopbackServer } from 'kargo-test';
import { Readable } from 'node:stream';
import { createKubeConfig } from '../../wiring/createKubeConfig';
import { watchEvents } from './watchEvents';

jest.setTimeout(60_000);

const event = (name: string) =>
  Buffer.from(
    `${JSON.stringify({ type: 'ADDED', object: { metadata: { name } } })}\n`,
  );

describe('watchEvents', () => {
  let server: LoopbackServer;
  let reply: () => Reply;
  let stopping: AbortController;
  let seen: string[];

  beforeAll(async () => {
    server = await startLoopbackServer({
      route: () => 'watch',
      handle: async () => reply(),
    });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    stopping = new AbortController();
    seen = [];
  });

  const watch = (limits: { maxEventBytes?: number; silenceMs?: number } = {}) =>
    watchEvents({
      kubeConfig: createKubeConfig(
        {
          name: 'main',
          access: {
            kind: 'url',
            url: server.url,
            token: 't',
            skipTLSVerify: false,
          },
        },
        'kargo.argocd',
      ),
      path: '/apis/argoproj.io/v1alpha1/applications?resourceVersion=1',
      signal: stopping.signal,
      onEvent: (_, object) =>
        seen.push((object as { metadata: { name: string } }).metadata.name),
      ...limits,
    });

  const send = (...pieces: Buffer[]) => {
    reply = () => ({ status: 200, body: Readable.from(pieces) });
  };
  /** Sends, and then neither more nor the end. */
  const sendAndWait = (...pieces: Buffer[]) => {
    const body = new Readable({ read: () => {} });
    pieces.forEach(piece => body.push(piece));
    reply = () => ({ status: 200, body });
  };

  it('hands over events whatever pieces they come in', async () => {
    const all = Buffer.concat([event('a'), event('ä'), event('🦆')]);
    send(...Array.from(all, byte => Buffer.from([byte])));
    await watch();
    expect(seen).toEqual(['a', 'ä', '🦆']);
  });

  it('passes over what is no event', async () => {
    send(Buffer.from('{"type":\n\nnull\n5\n'), event('a'));
    await watch();
    expect(seen).toEqual(['a']);
  });

  it('breaks off at an event that is too large, be it without an end', async () => {
    sendAndWait(event('a'), Buffer.alloc(2_000, 'x'));
    await expect(watch({ maxEventBytes: 1_000 })).rejects.toThrow(
      'an event has more than 1000 bytes',
    );
    expect(seen).toEqual(['a']);
  });

  it('ends when the server says nothing for long', async () => {
    sendAndWait(event('a'));
    await expect(watch({ silenceMs: 300 })).resolves.toBeUndefined();
  });

  it('ends when it is told to', async () => {
    sendAndWait(event('a'));
    const watching = watch();
    await server.waitForRequests('watch');
    stopping.abort(new Error('stopping'));
    await expect(watching).rejects.toThrow('stopping');
  });

  it('says with which status it was refused', async () => {
    reply = () => ({ status: 410 });
    await expect(watch()).rejects.toMatchObject({ status: 410 });
  });
});
