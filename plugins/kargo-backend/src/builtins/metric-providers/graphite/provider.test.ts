import { MetricServer } from '../../../testing/MetricServer';
import { graphiteProvider } from './provider';

jest.setTimeout(60_000);

describe('graphite', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  afterAll(() => server.close());

  const measure = () =>
    server.measure(graphiteProvider, {
      address: server.url,
      query: 'target=summarize(\n  a.b, "5min")&from=-5min',
    });

  it('takes the values of the first series', async () => {
    server.answerJson([
      {
        target: 'a',
        datapoints: [
          [1, 10],
          [null, 20],
          [2.5, 30],
        ],
      },
      { target: 'b', datapoints: [[9, 10]] },
    ]);
    await expect(measure()).resolves.toEqual({
      kind: 'measured',
      result: [1, 2.5],
      value: '[1.000000,2.500000]',
    });
    expect(server.seen[0].url).toBe(
      '/render?target=summarize(a.b,%225min%22)&from=-5min&format=json',
    );
  });

  it.each<[unknown, number, string]>([
    [[], 200, 'no values found'],
    [[{ datapoints: [] }], 200, 'no values found'],
    [{}, 200, 'something else than series'],
    [{}, 500, 'non 2xx response code: 500'],
  ])('fails by %j with %d', async (body, status, message) => {
    server.answerJson(body, status);
    await expect(measure()).rejects.toThrow(message);
  });
});
