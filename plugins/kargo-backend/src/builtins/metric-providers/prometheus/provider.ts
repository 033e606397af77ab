import {
  createMetricProvider,
  HttpResponse,
  MetricContext,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { compile, Time } from 'backstage-plugin-kargo-expr';
import { parseDuration } from '../../../logic/analysis/scalars';
import { authorize, toHeaders } from '../shared/authentication';
import { MetricEnvironment } from '../shared/MetricEnvironment';
import { MAX_ANSWER_BYTES, readAnswer } from '../shared/readAnswer';
import { signAwsRequest } from '../shared/signAwsRequest';
import { ParsedPrometheusConfig, PrometheusConfig } from './config';
import { readPrometheus } from './readPrometheus';

const DEFAULT_TIMEOUT_S = 30;
/** What the expression of a time may use. */
const TIME_LIMITS = { steps: 10_000, memory: 10_000, stringLength: 10_000 };
/** With these a server says that it takes no POST. */
const WANTS_GET = [403, 405, 501];

/** Measures by a query to Prometheus. */
export function createPrometheusProvider(environment: MetricEnvironment) {
  return createMetricProvider({
    id: 'prometheus',
    description: 'Asks Prometheus, or what speaks its protocol.',
    config: PrometheusConfig,
    describe: ({ query }): Record<string, string> =>
      query ? { ResolvedPrometheusQuery: query } : {},
    async measure(config, context) {
      const address = readAddress(config, environment);
      const request = buildQuery(config, context.now());
      const answer = await ask(address, request, config, context, environment);
      return judge(answer, context);
    },
  });
}

function readAddress(
  { address }: ParsedPrometheusConfig,
  environment: MetricEnvironment,
): URL {
  const text = address || environment.ARGO_ROLLOUTS_PROMETHEUS_ADDRESS;
  if (!text) {
    throw new Error('prometheus address is not configured');
  }
  if (!URL.canParse(text) || !/^https?:\/\//.test(text)) {
    throw new Error('prometheus address is not is url format');
  }
  return new URL(text);
}

/** A path and its parameters; times in seconds. */
interface Query {
  path: string;
  form: URLSearchParams;
}

function buildQuery(
  { query, rangeQuery }: ParsedPrometheusConfig,
  nowMs: number,
): Query {
  if (!rangeQuery) {
    const form = new URLSearchParams({ query, time: `${nowMs / 1_000}` });
    return { path: '/api/v1/query', form };
  }
  const [start, end] = (['start', 'end'] as const).map(field =>
    readTime(field, rangeQuery[field], nowMs),
  );
  const form = new URLSearchParams({
    query,
    start,
    end,
    step: readStep(rangeQuery.step),
  });
  return { path: '/api/v1/query_range', form };
}

function readTime(field: string, source: string, nowMs: number): string {
  try {
    const time = compile(source).run(
      {},
      { now: new Date(nowMs), limits: TIME_LIMITS },
    );
    if (time instanceof Time) {
      return `${time.seconds + time.nanosecond / 1e9}`;
    }
  } catch (error) {
    throw new Error(
      `failed to parse rangeQuery.${field} as time: ${
        (error as Error).message
      }`,
    );
  }
  throw new Error(`failed to parse rangeQuery.${field} as time`);
}

function readStep(step: string): string {
  try {
    return `${parseDuration(step) / 1_000}`;
  } catch (error) {
    throw new Error(
      `failed to parse rangeQuery.step as duration: ${
        (error as Error).message
      }`,
    );
  }
}

async function ask(
  address: URL,
  { path, form }: Query,
  config: ParsedPrometheusConfig,
  context: MetricContext,
  environment: MetricEnvironment,
): Promise<HttpResponse> {
  const { timeout = DEFAULT_TIMEOUT_S, insecure } = config;
  if (timeout < 0) {
    throw new Error('prometheus timeout should be a positive integer');
  }
  const token = await authorize(config.authentication?.oauth2, context, {
    insecure,
  });
  const send = async (method: 'GET' | 'POST') => {
    const url = new URL(
      `${address.pathname.replace(/\/+$/, '')}${path}`,
      address,
    );
    // What an address asks of whoever stands before Prometheus, such as a filter, stays.
    const asked = [...address.searchParams];
    const body = method === 'POST' ? form.toString() : '';
    url.search = new URLSearchParams(
      method === 'GET' ? [...asked, ...form] : asked,
    ).toString();
    const headers = {
      ...(body && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...authorization(config, token),
    };
    const signed = await sign(
      config,
      { url, method, headers, body },
      environment,
      context,
    );
    return context.http.send({
      url,
      method,
      headers: toHeaders([
        ...Object.entries(signed).map(([key, value]) => ({ key, value })),
        ...config.headers,
      ]),
      ...(body && { body }),
      // Nothing can be asked in no time, which is what 0 says.
      timeoutMs: Math.max(timeout * 1_000, 1),
      maxBytes: MAX_ANSWER_BYTES,
      insecureSkipTLSVerify: insecure,
    });
  };
  const answer = await send('POST');
  return WANTS_GET.includes(answer.status) ? send('GET') : answer;
}

function authorization(
  { authentication }: ParsedPrometheusConfig,
  token: string | undefined,
): Record<string, string> {
  if (token) {
    return { authorization: token };
  }
  const { username, password } = authentication?.basicAuth ?? {};
  if (!username && !password) {
    return {};
  }
  if (!username || !password) {
    throw new Error(
      'missing mandatory parameter in metric for basic auth setup',
    );
  }
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

/** Upstream signs only what goes to Amazon's own Prometheus. */
async function sign(
  { authentication }: ParsedPrometheusConfig,
  request: {
    url: URL;
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    body: string;
  },
  environment: MetricEnvironment,
  context: MetricContext,
): Promise<Record<string, string>> {
  const { sigv4 } = authentication ?? {};
  const region = sigv4?.region || environment.AWS_REGION;
  if (!sigv4 || !request.url.host.includes('aps-workspaces')) {
    return request.headers;
  }
  if (!region || sigv4.profile || sigv4.roleArn) {
    throw new Error(
      'sigv4 takes a region and the credentials of the environment; profile and roleArn are not supported',
    );
  }
  return signAwsRequest(
    { ...request, region, service: 'aps' },
    environment,
    context.now(),
  );
}

async function judge(
  response: HttpResponse,
  { signal }: MetricContext,
): Promise<MetricOutcome> {
  const answer = await readAnswer(response, signal);
  return readPrometheus(
    response.status,
    'json' in answer ? answer.json : undefined,
  );
}
