import { JsonObject } from 'backstage-plugin-kargo-common';
import { MetricServer, NOW } from '../../../testing/MetricServer';
import { createCloudWatchProvider } from './provider';

jest.setTimeout(60_000);

describe('cloudWatch', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const config: JsonObject = {
    interval: '30m',
    metricDataQueries: [
      { id: 'rate', expression: 'errors / requests' },
      {
        id: 'errors',
        returnData: false,
        metricStat: {
          metric: {
            namespace: 'app',
            metricName: 'errors',
            dimensions: [{ name: 'env', value: 'test' }],
          },
          period: '300',
          stat: 'Sum',
          unit: 'Count',
        },
      },
    ],
  };
  const environment = () => ({
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_CLOUDWATCH: server.url,
  });
  const measure = (variables: Record<string, string> = environment()) =>
    server.measure(createCloudWatchProvider(variables), config);

  it.each([
    ['eu-central-1', 'monitoring.eu-central-1.amazonaws.com'],
    ['cn-north-1', 'monitoring.cn-north-1.amazonaws.com.cn'],
  ])('asks the host of the region %s', async (region, host) => {
    const { AWS_ENDPOINT_URL_CLOUDWATCH: _, ...variables } = environment();
    const provider = createCloudWatchProvider({
      ...variables,
      AWS_REGION: region,
    });
    const asked: string[] = [];
    const http = {
      send: async ({ url }: { url: string | URL }) => {
        asked.push(new URL(url).host);
        throw new Error('far away');
      },
    };
    await expect(
      provider.measure(provider.config.parse(config), {
        http,
        now: () => NOW,
      } as never),
    ).rejects.toThrow('far away');
    expect(asked).toEqual([host]);
  });

  it('takes the results in the names of the API', async () => {
    server.answerJson({
      MetricDataResults: [
        {
          Id: 'rate',
          Label: 'rate',
          Values: [0.1, 0.2],
          Timestamps: [1, 2],
          StatusCode: 'Complete',
        },
        { Id: 'other', Values: [] },
      ],
      Messages: [{ Code: 'Partial', Value: 'some' }],
    });
    await expect(measure()).resolves.toMatchObject({
      kind: 'measured',
      result: [
        { Id: 'rate', Values: [0.1, 0.2] },
        { Id: 'other', Values: [] },
      ],
      value: '[[0.1 0.2] []]',
      metadata: { messages: 'Partial: some' },
    });
    const [{ headers, body }] = server.seen;
    expect(headers).toMatchObject({
      'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
      'x-amz-date': '20260601T120000Z',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKID\/20260601\/eu-central-1\/monitoring\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
      ),
    });
    expect(JSON.parse(body)).toEqual({
      StartTime: NOW / 1_000 - 1_800,
      EndTime: NOW / 1_000,
      MetricDataQueries: [
        { Id: 'rate', Expression: 'errors / requests' },
        {
          Id: 'errors',
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: 'app',
              MetricName: 'errors',
              Dimensions: [{ Name: 'env', Value: 'test' }],
            },
            Period: 300,
            Stat: 'Sum',
            Unit: 'Count',
          },
        },
      ],
    });
  });

  it('tells what CloudWatch does not like', async () => {
    server.answerJson(
      { __type: 'com.amazonaws#InvalidParameterValue', message: 'bad' },
      400,
    );
    await expect(measure()).rejects.toThrow(
      'CloudWatch: InvalidParameterValue: bad',
    );
  });

  it.each([
    ['AWS_REGION', 'AWS_REGION is not set'],
    ['AWS_ACCESS_KEY_ID', 'the portal has no AWS credentials'],
  ])('asks nobody without %s', async (name, message) => {
    await expect(measure({ ...environment(), [name]: '' })).rejects.toThrow(
      message,
    );
    expect(server.seen).toEqual([]);
  });
});
