import { MetricServer } from '../../../testing/MetricServer';
import { graphiteProvider } from './provider';

jest.setTimeout(60_000);

describe('graphite', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  afterAll(() => server.close());

  const measure = (query = 'target=summarize(\n  a.b, "5min")&from=-5min') =>
    server.measure(graphiteProvider, { address: server.url, query });

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
      elements: 'number',
      value: '[1.000000,2.500000]',
    });
    expect(server.seen[0].url).toBe(
      '/render?target=summarize(a.b,%225min%22)&from=-5min&format=json',
    );
  });

  it('takes numbers that are written as texts, and points without a time', async () => {
    server.answerJson([{ datapoints: [['1.5', 10], ['-2e3', null], [3]] }]);
    await expect(measure()).rejects.toThrow('something else than series');
    server.answerJson([
      {
        datapoints: [
          ['1.5', '10'],
          ['-2e3', null],
        ],
      },
    ]);
    await expect(measure()).resolves.toMatchObject({ result: [1.5, -2000] });
  });

  it('asks for what stands behind a number sign, too', async () => {
    server.answerJson([{ datapoints: [[1, 10]] }]);
    await measure('target=color(a.b,"#fff")&from=-5min');
    expect(server.seen.at(-1)?.url).toBe(
      '/render?target=color(a.b,%22%23fff%22)&from=-5min&format=json',
    );
  });

  it.each<[unknown, number, string]>([
    [[], 200, 'no values found'],
    [[{ datapoints: [['one', 10]] }], 200, 'something else than series'],
    [[{ datapoints: [] }], 200, 'no values found'],
    [{}, 200, 'something else than series'],
    [{}, 500, 'non 2xx response code: 500'],
  ])('fails by %j with %d', async (body, status, message) => {
    server.answerJson(body, status);
    await expect(measure()).rejects.toThrow(message);
  });
});
