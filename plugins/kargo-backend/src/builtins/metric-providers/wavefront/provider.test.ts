import { MetricServer, NOW } from '../../../testing/MetricServer';
import { wavefrontProvider } from './provider';

jest.setTimeout(60_000);

const NOW_S = NOW / 1_000;

describe('wavefront', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const measure = (address = server.url) =>
    server.measure(
      wavefrontProvider,
      { address, query: 'ts(a)' },
      {
        secrets: {
          'installation/wavefront-api-tokens': { [server.url]: 'token' },
        },
      },
    );

  it('takes the point that is nearest to now', async () => {
    server.answerJson({
      timeseries: [
        {
          data: [
            [NOW_S - 90, 1],
            [NOW_S - 30, 2.5],
          ],
        },
      ],
      warnings: 'slow',
    });
    await expect(measure()).resolves.toEqual({
      kind: 'measured',
      result: 2.5,
      elements: 'number',
      value: '2.50',
      metadata: { timestamps: `${NOW_S - 30}`, drift: '30', warnings: 'slow' },
    });
    expect(server.seen[0].url).toBe(
      `/api/v2/chart/api?q=ts%28a%29&s=${NOW}&e=${NOW}&g=s&p=1&i=true&strict=false`,
    );
    expect(server.seen[0].headers.authorization).toBe('Bearer token');
  });

  it('takes a list of several series', async () => {
    server.answerJson({
      timeseries: [{ data: [[NOW_S, 1]] }, { data: [[NOW_S, 2]] }],
    });
    await expect(measure()).resolves.toMatchObject({
      result: [1, 2],
      value: '[1.00,2.00]',
    });
  });

  it('fails without series, without a token, and by a status', async () => {
    server.answerJson({});
    await expect(measure()).rejects.toThrow('No TimeSeries found');
    await expect(measure('other.wavefront.com')).rejects.toThrow(
      "API token not found for wavefront address 'other.wavefront.com'",
    );
    server.answerJson({
      errorType: 'QuerySyntaxError',
      errorMessage: 'mismatched input',
    });
    await expect(measure()).rejects.toThrow(
      'Wavefront: QuerySyntaxError: mismatched input',
    );
    server.answerJson({}, 401);
    await expect(measure()).rejects.toThrow('authentication error');
  });
});
