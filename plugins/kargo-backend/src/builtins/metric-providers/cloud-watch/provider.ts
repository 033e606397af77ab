import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  createMetricProvider,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { parseDuration } from '../../../logic/analysis/scalars';
import { MetricEnvironment } from '../shared/MetricEnvironment';
import { printNumber } from '../shared/printValue';
import { MAX_ANSWER_BYTES, readJsonAnswer } from '../shared/readAnswer';
import { signAwsRequest } from '../shared/signAwsRequest';
import { CloudWatchConfig, ParsedCloudWatchConfig } from './config';

const Messages = z
  .array(
    z.object({ Code: z.string().optional(), Value: z.string().optional() }),
  )
  .default([]);

const Answer = z.object({
  MetricDataResults: z
    .array(
      z.object({
        Id: z.string().optional(),
        Label: z.string().optional(),
        Values: z.array(z.number()).default([]),
        Timestamps: z.array(z.number()).default([]),
        StatusCode: z.string().optional(),
        Messages,
      }),
    )
    .default([]),
  Messages,
});

const Failure = z.object({
  __type: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/** Measures by CloudWatch: the results of its queries, in their order. */
export function createCloudWatchProvider(environment: MetricEnvironment) {
  return createMetricProvider({
    id: 'cloudWatch',
    description: 'Asks Amazon CloudWatch for the data of metrics.',
    config: CloudWatchConfig,
    async measure(config, { http, now, signal }) {
      const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
      if (!region) {
        throw new Error('the portal has no AWS region: AWS_REGION is not set');
      }
      const endpoint =
        environment.AWS_ENDPOINT_URL_CLOUDWATCH ||
        `https://monitoring.${region}.${domainOf(region)}`;
      const url = new URL(`${endpoint.replace(/\/+$/, '')}/`);
      const body = JSON.stringify(buildRequest(config, now()));
      const headers = await signAwsRequest(
        {
          url,
          method: 'POST',
          body,
          region,
          service: 'monitoring',
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
          },
        },
        environment,
        now(),
      );
      const response = await http.send({
        url,
        method: 'POST',
        headers,
        body,
        timeoutMs: 30_000,
        maxBytes: MAX_ANSWER_BYTES,
      });
      const json = await readJsonAnswer(response, signal);
      if (response.status !== 200) {
        throw new Error(describeFailure(response.status, json));
      }
      return readResults(json);
    },
  });
}

/** The regions of China are a cloud of their own. */
function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

function buildRequest(
  { interval, metricDataQueries }: ParsedCloudWatchConfig,
  nowMs: number,
): JsonObject {
  const end = Math.floor(nowMs / 1_000);
  return {
    StartTime: end - Math.floor(parseDuration(interval) / 1_000),
    EndTime: end,
    MetricDataQueries: metricDataQueries.map(query => ({
      Id: query.id,
      ...(query.expression && { Expression: query.expression }),
      ...(query.label && { Label: query.label }),
      ...(query.period !== undefined && { Period: query.period }),
      ...(query.returnData !== undefined && { ReturnData: query.returnData }),
      ...(query.metricStat && {
        MetricStat: {
          Metric: {
            ...(query.metricStat.metric.namespace && {
              Namespace: query.metricStat.metric.namespace,
            }),
            MetricName: query.metricStat.metric.metricName,
            Dimensions: query.metricStat.metric.dimensions.map(
              ({ name, value }) => ({ Name: name, Value: value }),
            ),
          },
          Period: query.metricStat.period,
          Stat: query.metricStat.stat,
          ...(query.metricStat.unit && { Unit: query.metricStat.unit }),
        },
      }),
    })),
  };
}

function describeFailure(status: number, json: JsonValue): string {
  const { data = {} } = Failure.safeParse(json);
  const code = data.__type?.split('#').at(-1) ?? `status ${status}`;
  const message = data.message ?? data.Message;
  return `CloudWatch: ${code}${message ? `: ${message}` : ''}`;
}

function readResults(json: JsonValue): MetricOutcome {
  const parsed = Answer.safeParse(json);
  if (!parsed.success) {
    throw new Error('CloudWatch answered something else than results');
  }
  const { MetricDataResults: results, Messages: messages } = parsed.data;
  return {
    kind: 'measured',
    result: results as JsonValue,
    value: `[${results
      .map(({ Values }) => `[${Values.map(printNumber).join(' ')}]`)
      .join(' ')}]`,
    ...(messages.length > 0 && {
      metadata: {
        messages: messages
          .map(({ Code, Value }) => `${Code ?? ''}: ${Value ?? ''}`)
          .join(', '),
      },
    }),
  };
}
