import { JsonObject } from 'backstage-plugin-kargo-common';
import { json, MetricServer, NOW } from '../../../testing/MetricServer';
import { createPrometheusProvider } from './provider';

jest.setTimeout(60_000);

const provider = createPrometheusProvider({});

function data(resultType: string, result: unknown, more = {}) {
  return { status: 'success', data: { resultType, result }, ...more };
}

describe('prometheus', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const measure = (config: JsonObject = {}, measuring = provider) =>
    server.measure(measuring, {
      address: `${server.url}/prom/`,
      query: 'up{a="b"}',
      ...config,
    });

  it.each([
    ['a scalar', data('scalar', [1, '0.5']), 0.5, '0.5'],
    ['what is no number', data('scalar', [1, 'NaN']), NaN, 'NaN'],
    ['what has no end', data('scalar', [1, '-Inf']), -Infinity, '-Inf'],
    [
      'a vector',
      data('vector', [
        { metric: {}, value: [1, '1'] },
        { metric: {}, value: [1, '2.5'] },
      ]),
      [1, 2.5],
      '[1,2.5]',
    ],
    ['no series', data('vector', []), [], '[]'],
    [
      'a matrix',
      data('matrix', [
        {
          values: [
            [1, '1'],
            [2, '2'],
          ],
        },
        { values: [[1, '3']] },
      ]),
      [1, 2, 3],
      '[1,2,3]',
    ],
  ])('takes %s', async (_, answer, result, value) => {
    server.answerJson(answer);
    await expect(measure()).resolves.toEqual({
      kind: 'measured',
      result,
      value,
      ...(Array.isArray(result) && { elements: 'number' }),
    });
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        url: '/prom/api/v1/query',
        body: `query=up%7Ba%3D%22b%22%7D&time=${NOW / 1_000}`,
      },
    ]);
  });

  it('takes as many points of a series as Prometheus answers with', async () => {
    const values = Array.from({ length: 11_000 }, (_, i) => [i, String(i)]);
    server.answerJson(data('matrix', [{ metric: {}, values }]));
    await expect(measure()).resolves.toMatchObject({
      result: values.map(([point]) => point),
    });
  });

  it('tells warnings', async () => {
    server.answerJson(data('vector', [], { warnings: ['slow', 'partial'] }));
    await expect(measure()).resolves.toMatchObject({
      metadata: { warnings: '"slow", "partial"' },
    });
  });

  it('asks again by GET where POST is not taken', async () => {
    server.answer = ({ method }) =>
      method === 'GET' ? json(data('scalar', [1, '1'])) : { status: 405 };
    await expect(measure()).resolves.toMatchObject({ result: 1 });
    expect(server.seen[1].url).toContain('/prom/api/v1/query?query=up');
  });

  it.each(['POST', 'GET'])(
    'keeps the query of the address by %s',
    async taken => {
      server.answer = ({ method }) =>
        method === taken ? json(data('scalar', [1, '1'])) : { status: 405 };
      await measure({ address: `${server.url}/prom/?extra_label=team%3Da` });
      const { url, body } = server.seen.at(-1)!;
      expect(url).toContain('/prom/api/v1/query?extra_label=team%3Da');
      expect(url + body).toContain('query=up%7Ba%3D%22b%22%7D');
    },
  );

  it('asks for a range', async () => {
    server.answerJson(data('matrix', []));
    await measure({
      rangeQuery: { start: 'now() - duration("1h")', end: 'now()', step: '1m' },
    });
    expect(server.seen[0]).toMatchObject({
      url: '/prom/api/v1/query_range',
      body: `query=up%7Ba%3D%22b%22%7D&start=${NOW / 1_000 - 3_600}&end=${
        NOW / 1_000
      }&step=60`,
    });
  });

  it.each<[string, JsonObject, string]>([
    ['no address', { address: '' }, 'prometheus address is not configured'],
    [
      'an address that is none',
      { address: 'prometheus:9090' },
      'not is url format',
    ],
    [
      'a start that is no time',
      { rangeQuery: { start: '1', end: 'now()', step: '1m' } },
      'failed to parse rangeQuery.start as time',
    ],
    [
      'a step that is no duration',
      { rangeQuery: { start: 'now()', end: 'now()', step: '1' } },
      'failed to parse rangeQuery.step as duration',
    ],
    [
      'half of the credentials',
      { authentication: { basicAuth: { username: 'a' } } },
      'missing mandatory parameter',
    ],
  ])('refuses %s', async (_, config, message) => {
    await expect(measure(config)).rejects.toThrow(message);
    expect(server.seen).toEqual([]);
  });

  it.each([
    [
      400,
      { status: 'error', errorType: 'bad_data', error: 'parse error' },
      'bad_data: parse error',
    ],
    [404, {}, 'client_error: client error: 404'],
    [503, {}, 'server_error: server error: 503'],
    [200, data('string', [1, 'x']), 'Prometheus metric type not supported'],
    [
      200,
      data('vector', [{ metric: {}, histogram: [1, { count: '1' }] }]),
      'Prometheus metric type not supported',
    ],
    [
      200,
      { status: 'error', errorType: 'timeout', error: 'took too long' },
      'timeout: took too long',
    ],
    [200, { hits: 1 }, 'what answered is no Prometheus'],
    [200, 'logged out', 'what answered is no Prometheus'],
  ])('fails by %d %j', async (status, answer, message) => {
    server.answerJson(answer, status);
    await expect(measure()).rejects.toThrow(message);
  });

  it('presents what it is told, and headers of the metric go before', async () => {
    server.answerJson(data('vector', []));
    const authentication = { basicAuth: { username: 'u', password: 'p' } };
    await measure({ authentication });
    await measure({
      authentication,
      headers: [{ key: 'Authorization', value: 'Bearer x' }],
    });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Basic dTpw',
      'Bearer x',
    ]);
  });

  it('takes the address of the environment, and tells its query', async () => {
    server.answerJson(data('vector', []));
    const other = createPrometheusProvider({
      ARGO_ROLLOUTS_PROMETHEUS_ADDRESS: server.url,
    });
    await measure({ address: '' }, other);
    expect(server.seen[0].url).toBe('/api/v1/query');
    const config = other.config.parse({ query: 'up' });
    expect(other.describe?.(config)).toEqual({ ResolvedPrometheusQuery: 'up' });
  });
});
