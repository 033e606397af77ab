import { z } from 'zod';
import { FakeHosts, jsonReply } from '../../../testing/FakeHosts';
import { askForToken } from './askForToken';

const URL = 'https://tokens.example.com/token';
const ROUTE = 'POST tokens.example.com/token';

describe('askForToken', () => {
  let hosts: FakeHosts;

  beforeEach(async () => {
    hosts = await FakeHosts.start();
  });

  afterEach(() => hosts.close());

  const ask = (options: { signal?: AbortSignal; timeoutMs?: number } = {}) =>
    askForToken(
      {
        url: URL,
        body: 'proof',
        schema: z.object({ token: z.string() }),
        timeoutMs: options.timeoutMs,
      },
      { now: () => 1_000, fetch: hosts.fetch, signal: options.signal },
    );

  it('picks what the schema names', async () => {
    hosts.on(ROUTE, () => jsonReply({ token: 'x', more: 'y' }));
    expect(await ask()).toEqual({ kind: 'granted', value: { token: 'x' } });
    expect(hosts.asked[0].body).toBe('proof');
  });

  it.each([
    ['OAuth', { error: 'invalid_grant' }, 'invalid_grant'],
    ['Google', { error: { status: 'NOT_FOUND' } }, 'NOT_FOUND'],
    ['STS', { Error: { Code: 'AccessDenied' } }, 'AccessDenied'],
    ['ECR', { __type: 'com.x#NoSuchThing' }, 'NoSuchThing'],
    ['registries', { errors: [{ code: 'DENIED' }] }, 'DENIED'],
    ['text that is no code', { error: 'your token abc is bad' }, undefined],
    ['no body of use', 'nothing', undefined],
  ])('names the code of %s', async (_, body, code) => {
    hosts.on(ROUTE, () => jsonReply(body, 400));
    const suffix = code ? ` (${code})` : '';
    expect(await ask()).toMatchObject({
      kind: 'refused',
      status: 400,
      code,
      error: {
        message: `tokens.example.com answered 400${suffix}: it refuses to give a token`,
      },
    });
  });

  it.each([
    ['trouble', { status: 500 }, undefined],
    ['limits', { status: 429, headers: { 'retry-after': '30' } }, 31_000],
    [
      'a date for later',
      { status: 429, headers: { 'retry-after': 'soon' } },
      undefined,
    ],
    [
      'limits that last very long',
      { status: 429, headers: { 'retry-after': '999999' } },
      3_601_000,
    ],
    [
      'limits in the guise of a denial',
      { status: 403, headers: { 'retry-after': '5' } },
      6_000,
    ],
    [
      'limits in the guise of a mistake',
      jsonReply({ __type: 'ThrottlingException' }, 400),
      undefined,
    ],
    ['a redirect', { status: 307, headers: { location: URL } }, undefined],
    ['something else', { status: 200, body: '<html>' }, undefined],
    ['too much', { status: 200, body: 'x'.repeat(1024 * 1024 + 1) }, undefined],
  ])('says that asking again may help after %s', async (_, reply, retryAt) => {
    hosts.on(ROUTE, () => reply);
    const error: unknown = await ask().catch(e => e);
    expect(error).toMatchObject({
      name: 'UpstreamUnavailableError',
      host: 'tokens.example.com',
    });
    expect((error as { retryAt?: number }).retryAt).toBe(retryAt);
    expect(hosts.asked).toHaveLength(1);
  });

  it('does not wait for ever', async () => {
    hosts.on(ROUTE, () => new Promise(() => {}));
    await expect(ask({ timeoutMs: 50 })).rejects.toThrow(
      'tokens.example.com did not answer in time for a token',
    );
  });

  it('stops when it is told to', async () => {
    const caller = new AbortController();
    hosts.on(ROUTE, () => {
      caller.abort(new Error('stopped'));
      return new Promise(() => {});
    });
    await expect(ask({ signal: caller.signal })).rejects.toThrow('stopped');
  });
});
