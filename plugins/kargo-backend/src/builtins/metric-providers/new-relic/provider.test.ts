import { JsonObject } from 'backstage-plugin-kargo-common';
import { MetricServer } from '../../../testing/MetricServer';
import { newRelicProvider } from './provider';

jest.setTimeout(60_000);

describe('newRelic', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const measure = (
    config: JsonObject = {},
    secret: Record<string, string> = {},
  ) =>
    server.measure(
      newRelicProvider,
      { query: 'FROM Transaction SELECT average(duration)', ...config },
      {
        secrets: {
          'installation/newrelic': {
            'personal-api-key': 'key',
            'account-id': '42',
            'base-url-nerdgraph': server.url,
            ...secret,
          },
        },
      },
    );
  const rows = (...results: object[]) => ({
    data: { actor: { account: { nrql: { results } } } },
  });

  it.each([
    [rows({ b: 1, a: 'x' }), { a: 'x', b: 1 }, '{"a":"x","b":1}'],
    [rows({ a: 1 }, { a: 2 }), [{ a: 1 }, { a: 2 }], '[{"a":1},{"a":2}]'],
  ])('takes %j', async (answer, result, value) => {
    server.answerJson(answer);
    await expect(measure()).resolves.toEqual({
      kind: 'measured',
      result,
      value,
    });
    const { headers, body } = server.seen[0];
    expect(headers['api-key']).toBe('key');
    expect(JSON.parse(body).variables).toEqual({
      accountId: 42,
      query: 'FROM Transaction SELECT average(duration)',
      timeout: 5,
    });
  });

  it.each<[unknown, number, string]>([
    [rows(), 200, 'no results returned from NRQL query'],
    [rows({}), 200, 'no results returned from NRQL query'],
    [{ errors: [{ message: 'bad query' }] }, 200, 'New Relic: bad query'],
    [
      {
        data: { actor: { account: { nrql: null } } },
        errors: [{ message: 'NRQL Syntax Error' }],
      },
      200,
      'New Relic: NRQL Syntax Error',
    ],
    [{}, 200, 'something else'],
    [{}, 401, 'authentication error'],
  ])('fails by %j with %d', async (answer, status, message) => {
    server.answerJson(answer, status);
    await expect(measure()).rejects.toThrow(message);
  });

  it.each<[JsonObject, Record<string, string>, string]>([
    [{ profile: 'none' }, {}, 'not found'],
    [{}, { 'account-id': 'x' }, 'could not parse account ID'],
    [{}, { 'base-url-nerdgraph': '', region: 'mars' }, "no region 'mars'"],
    [{ timeout: -1 }, {}, 'positive'],
  ])('refuses %j with %j', async (config, secret, message) => {
    await expect(measure(config, secret)).rejects.toThrow(message);
    expect(server.seen).toEqual([]);
  });

  it('tells its query', () => {
    const config = newRelicProvider.config.parse({ query: 'q' });
    expect(newRelicProvider.describe?.(config)).toEqual({
      ResolvedNewRelicQuery: 'q',
    });
  });
});
