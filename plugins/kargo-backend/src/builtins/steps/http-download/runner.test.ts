import { JsonObject } from 'backstage-plugin-kargo-common';
import { StepFacts } from 'backstage-plugin-kargo-node';
import { stat } from 'node:fs/promises';
import { LoopbackServer, Reply, startLoopbackServer } from 'kargo-test';
import { StepHarness } from '../../../testing/StepHarness';
import { httpDownloadStep } from './runner';

describe('http-download', () => {
  let harness: StepHarness;
  let server: LoopbackServer;
  let reply: (url: URL) => Reply | Promise<Reply>;
  let requests: { url: URL; headers: Record<string, unknown> }[];

  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
    server = await startLoopbackServer({
      route: () => 'any',
      handle: async ({ url, headers }) => {
        requests.push({ url, headers });
        return reply(url);
      },
    });
  });
  beforeEach(async () => {
    requests = [];
    reply = () => ({ status: 200, body: 'content' });
    await harness.reset();
  });
  afterAll(async () => {
    await harness.close();
    await server.close();
  });

  const download = (config: JsonObject = {}, facts: Partial<StepFacts> = {}) =>
    harness.run(
      httpDownloadStep,
      { url: `${server.url}/f`, outPath: 'out/f', ...config },
      facts,
    );

  it('writes what it gets', async () => {
    await expect(download()).resolves.toEqual({ kind: 'succeeded' });
    await expect(harness.read('out/f')).resolves.toBe('content');
    expect((await stat(harness.at('out/f'))).mode % 0o1000).toBe(0o600);
  }, 60_000);

  it('sends fields and parameters', async () => {
    await download({
      url: `${server.url}/f?b=2`,
      headers: [{ name: 'X-Mine', value: 'yes' }],
      queryParams: [{ name: 'a', value: '1 2' }],
    });
    expect(requests[0].url.search).toBe('?a=1+2&b=2');
    expect(requests[0].headers['x-mine']).toBe('yes');
  }, 60_000);

  it('asks for nothing when the file is there, unless told', async () => {
    await harness.write({ 'out/f': 'old' });
    await expect(download()).rejects.toMatchObject({ name: 'TerminalError' });
    expect(requests).toEqual([]);
    // Which nobody may have written but another step where the folder is new.
    await expect(download({}, { isRepeated: true })).rejects.toThrow('exists');
    await download({ allowOverwrite: true });
    await expect(harness.read('out/f')).resolves.toBe('content');
  }, 60_000);

  it('takes the place of what it wrote itself before a crash', async () => {
    await download();
    reply = () => ({ status: 200, body: 'again' });
    await expect(download({}, { mayFindOwnFiles: true })).resolves.toEqual({
      kind: 'succeeded',
    });
    await expect(harness.read('out/f')).resolves.toBe('again');
  }, 60_000);

  it('fails for now when the server does, and keeps the old file', async () => {
    await harness.write({ 'out/f': 'old' });
    reply = () => ({ status: 503, body: 'busy' });
    await expect(download({ allowOverwrite: true })).resolves.toEqual({
      kind: 'failed',
      final: false,
      reason: `${server.host} answered with status 503`,
    });
    await expect(harness.read('out/f')).resolves.toBe('old');
  }, 60_000);

  it('fails for good when it is told of too much', async () => {
    reply = () => ({
      status: 200,
      headers: { 'content-length': String(101 * 1024 * 1024) },
      body: 'x',
    });
    await expect(download()).resolves.toMatchObject({
      kind: 'failed',
      final: true,
    });
  }, 60_000);

  it.each<[string, JsonObject, string]>([
    [
      'an address inside',
      { url: 'http://169.254.169.254/' },
      'does not connect',
    ],
    ['a URL that is none', { url: 'ftp://x' }, 'must be a valid http://'],
    ['a time that is none', { timeout: 'abc 10s x' }, 'is not a duration'],
  ])(
    'refuses %s',
    async (_, config, message) => {
      await expect(download(config)).rejects.toThrow(message);
      await expect(harness.list()).resolves.toEqual([]);
    },
    60_000,
  );

  it('judges where a redirect leads', async () => {
    reply = () => ({
      status: 302,
      headers: { location: 'http://169.254.169.254/' },
      body: '',
    });
    await expect(download()).rejects.toThrow(
      'redirects to an address that is not allowed',
    );
  }, 60_000);

  it('ends with its time, also within the content', async () => {
    reply = () => new Promise<Reply>(() => {});
    await expect(download({ timeout: '200ms' })).rejects.toThrow(
      'did not complete its answer within 0.2 seconds',
    );
  }, 60_000);
});
