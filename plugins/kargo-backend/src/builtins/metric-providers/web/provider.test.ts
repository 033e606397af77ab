import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { MetricServer } from '../../../testing/MetricServer';
import { webProvider } from './provider';

jest.setTimeout(60_000);

describe('web', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const measure = (config: JsonObject = {}) =>
    server.measure(webProvider, { url: `${server.url}/health?a=1`, ...config });

  it.each<[string, string, JsonObject, JsonValue, string]>([
    [
      'the whole answer',
      '{"b":1,"a":"<x>"}',
      {},
      { b: 1, a: '<x>' },
      '{"a":"\\u003cx\\u003e","b":1}',
    ],
    [
      'what a path finds',
      '{"data":{"ok":true}}',
      { jsonPath: '{$.data.ok}' },
      true,
      'true',
    ],
    ['the first of several', '{"l":[3,4]}', { jsonPath: '{$.l[*]}' }, 3, '3'],
    ['null', '{"n":null}', { jsonPath: '{$.n}' }, null, 'null'],
    [
      'a text that is no JSON, whatever the path',
      ' OK\n',
      { jsonPath: '{$.x}' },
      ' OK\n',
      ' OK\n',
    ],
    [
      'all of it where the path is empty',
      '{"b":1}',
      { jsonPath: '' },
      { b: 1 },
      '{"b":1}',
    ],
    ['an empty answer', '', {}, '', ''],
  ])('takes %s', async (_, body, config, result, value) => {
    server.answer = () => ({ status: 200, body });
    await expect(measure(config)).resolves.toEqual({
      kind: 'measured',
      result,
      value,
    });
  });

  it('sends what it is told', async () => {
    server.answerJson({});
    await measure({
      method: 'POST',
      jsonBody: { q: ['a', 1] },
      headers: [
        { key: 'X-Token', value: 'old' },
        { key: 'x-token', value: 'new' },
        { key: 'content-type', value: 'text/plain' },
      ],
    });
    expect(server.seen).toEqual([
      expect.objectContaining({
        method: 'POST',
        url: '/health?a=1',
        body: '{"q":["a",1]}',
        headers: expect.objectContaining({
          'x-token': 'new',
          'content-type': 'application/json',
        }),
      }),
    ]);
  });

  it('takes an empty text for no body', async () => {
    server.answerJson({});
    await measure({ body: '' });
    await measure({ method: 'PUT', body: '', jsonBody: 1 });
    expect(server.seen.map(({ method, body }) => [method, body])).toEqual([
      ['GET', ''],
      ['PUT', '1'],
    ]);
  });

  it.each<[string, JsonObject, string]>([
    [
      'two bodies',
      { method: 'POST', body: 'a', jsonBody: {} },
      'use either Body or JSONBody',
    ],
    ['a body with GET', { body: 'a' }, 'can only be used with POST or PUT'],
    ['a path that is none', { jsonPath: '{$.a' }, 'unclosed action'],
    [
      'half of the credentials',
      { authentication: { oauth2: { tokenUrl: 'http://x', clientId: 'a' } } },
      'missing mandatory parameter',
    ],
  ])('refuses %s and sends nothing', async (_, config, message) => {
    await expect(measure(config)).rejects.toThrow(message);
    expect(server.seen).toEqual([]);
  });

  it.each<[string, number, unknown, JsonObject, string]>([
    ['another status', 503, {}, {}, 'received non 2xx response code: 503'],
    [
      'what is not there',
      200,
      { a: 1 },
      { jsonPath: '{$.b}' },
      'Could not find JSONPath in body: b is not found',
    ],
    [
      'nothing',
      200,
      { a: [] },
      { jsonPath: '{$.a[*]}' },
      'result of web metric produced no value',
    ],
  ])('fails by %s', async (_, status, body, config, message) => {
    server.answerJson(body, status);
    await expect(measure(config)).rejects.toThrow(message);
  });

  it.each<[string, string, JsonObject]>([
    ['a page in another encoding', 'caf\xe9', {}],
    ['JSON in another encoding', '{"a":"caf\xe9"}', { jsonPath: '{$.a}' }],
  ])('takes %s', async (_, text, config) => {
    server.answer = () => ({ status: 200, body: Buffer.from(text, 'latin1') });
    await expect(measure(config)).resolves.toMatchObject({
      result: 'caf\ufffd',
    });
  });

  it('does not take an answer for a text that is too deep a JSON', async () => {
    server.answer = () => ({
      status: 200,
      body: `${'['.repeat(100)}${']'.repeat(100)}`,
    });
    await expect(measure()).rejects.toThrow('deep');
  });

  it('asks for a token first, and again in the form where a header is refused', async () => {
    server.answer = ({ url, headers }) => {
      if (url !== '/token') {
        return { status: 200, body: '{}' };
      }
      return headers.authorization
        ? { status: 401 }
        : { status: 200, body: '{"access_token":"t0ken"}' };
    };
    await measure({
      authentication: {
        oauth2: {
          tokenUrl: `${server.url}/token`,
          clientId: 'id',
          clientSecret: 'secret',
          scopes: ['a', 'b'],
        },
      },
    });
    expect(server.seen.map(({ url, body }) => [url, body])).toEqual([
      ['/token', 'grant_type=client_credentials&scope=a+b'],
      [
        '/token',
        'grant_type=client_credentials&scope=a+b&client_id=id&client_secret=secret',
      ],
      ['/health?a=1', ''],
    ]);
    expect(server.seen[2].headers.authorization).toBe('Bearer t0ken');
  });
});
