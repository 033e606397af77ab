import { JsonObject } from 'backstage-plugin-kargo-common';
import { MetricServer, NOW } from '../../../testing/MetricServer';
import { createDatadogProvider } from './provider';

jest.setTimeout(60_000);

describe('datadog', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const keys = { 'api-key': 'api', 'app-key': 'app' };
  const measure = (config: JsonObject, environment = {}, secrets = {}) =>
    server.measure(createDatadogProvider(environment), config, {
      secrets: {
        'installation/datadog': { ...keys, address: server.url },
        ...secrets,
      },
    });

  it('takes the newest point of the first series', async () => {
    server.answerJson({
      series: [
        {
          pointlist: [
            [1, 0.1],
            [2, 0.2],
          ],
        },
      ],
    });
    await expect(
      measure({ query: 'avg:a{*}', interval: '10m' }),
    ).resolves.toEqual({
      kind: 'measured',
      result: 0.2,
      value: '0.2',
    });
    const now = NOW / 1_000;
    expect(server.seen[0]).toMatchObject({
      method: 'GET',
      url: `/api/v1/query?query=avg%3Aa%7B*%7D&from=${now - 600}&to=${now}`,
      headers: { 'dd-api-key': 'api', 'dd-application-key': 'app' },
    });
  });

  it.each([
    [{ series: [] }, null, '[]'],
    [{ series: [{ pointlist: [[1, null]] }] }, 0, '0'],
  ])('takes %j for %j', async (answer, result, value) => {
    server.answerJson(answer);
    await expect(measure({ query: 'q' })).resolves.toEqual({
      kind: 'measured',
      result,
      value,
    });
  });

  const columns = (...list: JsonObject[]) => ({
    data: { attributes: { columns: list } },
  });

  it('asks for a formula of several queries', async () => {
    server.answerJson(columns({ type: 'number', values: [0.5] }));
    const config = {
      apiVersion: 'v2',
      queries: { a: 'x', b: 'y' },
      formula: 'a / b',
      aggregator: 'sum',
    };
    await expect(measure(config)).resolves.toMatchObject({ result: 0.5 });
    expect(server.seen[0].url).toBe('/api/v2/query/scalar');
    expect(JSON.parse(server.seen[0].body)).toEqual({
      data: {
        type: 'scalar_request',
        attributes: {
          from: NOW - 300_000,
          to: NOW,
          queries: [
            {
              aggregator: 'sum',
              data_source: 'metrics',
              name: 'a',
              query: 'x',
            },
            {
              aggregator: 'sum',
              data_source: 'metrics',
              name: 'b',
              query: 'y',
            },
          ],
          formulas: [{ formula: 'a / b' }],
        },
      },
    });
  });

  it('takes a value for each group', async () => {
    server.answerJson(
      columns(
        { type: 'group', values: [['eu'], ['us']] },
        { type: 'number', values: [1, 2] },
      ),
    );
    await expect(measure({ apiVersion: 'v2', query: 'q' })).resolves.toEqual({
      kind: 'measured',
      result: [1, 2],
      elements: 'number',
      value: '[1,2]',
      metadata: { groups: '[{"name":"eu","value":1},{"name":"us","value":2}]' },
    });
  });

  it('tells the lowest and the highest of many groups', async () => {
    const values = Array.from({ length: 150 }, (_, i) => i);
    server.answerJson(
      columns(
        { type: 'group', values: values.map(i => [`g${i}`]) },
        { type: 'number', values },
      ),
    );
    const outcome = await measure({ apiVersion: 'v2', query: 'q' });
    const { metadata } = outcome as { metadata: Record<string, string> };
    const told = JSON.parse(metadata.groups);
    expect([told.length, told[49].value, told[50].value]).toEqual([
      100, 49, 100,
    ]);
    expect(metadata.groups_truncated).toBe('true');
  });

  it('finds no data in columns without values', async () => {
    server.answerJson(columns({ type: 'number', values: [null] }));
    await expect(measure({ apiVersion: 'v2', query: 'q' })).resolves.toEqual({
      kind: 'measured',
      result: null,
      value: '[]',
    });
  });

  it('takes the Secret that is named, and no other', async () => {
    server.answerJson({ series: [] });
    const named = { query: 'q', secretRef: { name: 'dd', namespaced: true } };
    await measure(
      named,
      {},
      { 'project/dd': { ...keys, address: server.url } },
    );
    await expect(measure(named)).rejects.toThrow(
      'failed to find the credentials',
    );
    expect(server.seen).toHaveLength(1);
  });

  it('takes the environment before the Secret of the installation', async () => {
    server.answerJson({ series: [] });
    const environment = {
      DD_API_KEY: 'e',
      DD_APP_KEY: 'f',
      DD_ADDRESS: server.url,
    };
    await measure({ query: 'q' }, environment);
    expect(server.seen[0].headers['dd-api-key']).toBe('e');
    expect(server.masked).toEqual(['e', 'f']);
  });

  it.each<[JsonObject, string]>([
    [{}, 'either query or queries'],
    [{ query: 'q', queries: { a: 'x' } }, 'both query and queries'],
    [{ queries: { a: 'x' } }, 'need apiVersion v2'],
    [{ query: 'q', aggregator: 'sum' }, 'aggregator needs'],
    [{ apiVersion: 'v2', queries: { a: 'x', b: 'y' } }, 'need a formula'],
    [{ query: 'q', requestTimeout: '0s' }, 'more than 0'],
    [{ query: 'q', secretRef: { namespaced: true } }, 'needs a name'],
  ])('refuses %j', async (config, message) => {
    await expect(measure(config)).rejects.toThrow(message);
    expect(server.seen).toEqual([]);
  });

  it.each<[JsonObject, JsonObject, string]>([
    [
      { query: 'q' },
      { status: 'error', error: 'no such scope', series: [] },
      'Datadog: no such scope',
    ],
    [{ query: 'q' }, { status: 'error' }, 'could not be answered'],
    [
      { query: 'q', apiVersion: 'v2' },
      { errors: 'too many series', ...columns() },
      'Datadog: too many series',
    ],
  ])(
    'does not take an error for no data: %j by %j',
    async (config, answer, message) => {
      server.answerJson(answer);
      await expect(measure(config)).rejects.toThrow(message);
    },
  );

  it('takes what is well for what it is', async () => {
    server.answerJson({ status: 'ok', error: '', series: [] });
    await expect(measure({ query: 'q' })).resolves.toMatchObject({
      result: null,
    });
  });

  it.each<[number, JsonObject, string]>([
    [400, { errors: ['Error parsing query: a{'] }, 'Datadog: Error parsing'],
    [400, {}, 'non 2xx response code: 400'],
    [403, {}, 'authentication error response code: 403'],
    [500, { errors: ['no'] }, 'non 2xx response code: 500'],
  ])('fails by %d with %j', async (status, answer, message) => {
    server.answerJson(answer, status);
    await expect(measure({ query: 'q' })).rejects.toThrow(message);
  });
});
