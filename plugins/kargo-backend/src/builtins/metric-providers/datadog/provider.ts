import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  createMetricProvider,
  MetricContext,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { parseDuration } from '../../../logic/analysis/scalars';
import { requireSuccess } from '../shared/requireSuccess';
import { MetricEnvironment } from '../shared/MetricEnvironment';
import {
  MAX_ANSWER_BYTES,
  readAnswer,
  readJsonAnswer,
} from '../shared/readAnswer';
import { DatadogConfig, ParsedDatadogConfig } from './config';
import { readColumns, readSeries, refuseFailure } from './readDatadog';

interface Account {
  address: string;
  apiKey: string;
  appKey: string;
}

/** Measures by a query to Datadog. */
export function createDatadogProvider(environment: MetricEnvironment) {
  return createMetricProvider({
    id: 'datadog',
    description: 'Asks Datadog for a value, or one for each group.',
    config: DatadogConfig,
    async measure(config, context) {
      checkQueries(config);
      const account = await findAccount(config, context, environment);
      const windowMs = parseDuration(config.interval);
      return config.apiVersion === 'v1'
        ? measureSeries(config, account, windowMs, context)
        : measureScalar(config, account, windowMs, context);
    },
  });
}

function checkQueries(config: ParsedDatadogConfig): void {
  const { apiVersion, query, queries, formula, aggregator } = config;
  const count = Object.keys(queries).length;
  const checks: Array<[boolean, string]> = [
    [!query && count === 0, 'must have either query or queries'],
    [query !== '' && count > 0, 'cannot have both query and queries'],
    [
      apiVersion === 'v1' && (count > 0 || formula !== ''),
      'queries and formula need apiVersion v2',
    ],
    [apiVersion === 'v1' && !!aggregator, 'aggregator needs apiVersion v2'],
    [formula !== '' && count === 0, 'formula needs queries'],
    [count > 1 && formula === '', 'several queries need a formula'],
  ];
  const problem = checks.find(([isWrong]) => isWrong)?.[1];
  if (problem) {
    throw new Error(`Datadog metric: ${problem}`);
  }
}

/** A Secret that is named is the only one; else the environment, else the Secret `datadog`. */
async function findAccount(
  { secretRef }: ParsedDatadogConfig,
  { secrets }: MetricContext,
  environment: MetricEnvironment,
): Promise<Account> {
  const { name = '', namespaced = false } = secretRef ?? {};
  if (namespaced && !name) {
    throw new Error('datadog metric: secretRef.namespaced needs a name');
  }
  const { DD_API_KEY, DD_APP_KEY, DD_ADDRESS } = environment;
  const data = name
    ? await secrets.find(name, namespaced ? 'project' : 'installation')
    : undefined;
  const isInEnvironment = !name && DD_API_KEY && DD_APP_KEY && DD_ADDRESS;
  if (isInEnvironment) {
    [DD_API_KEY, DD_APP_KEY].forEach(key => secrets.mask(key));
    return { address: DD_ADDRESS, apiKey: DD_API_KEY, appKey: DD_APP_KEY };
  }
  const found = name ? data : await secrets.find('datadog', 'installation');
  const { address, 'api-key': apiKey, 'app-key': appKey } = found ?? {};
  if (!apiKey || !appKey) {
    throw new Error(
      'failed to find the credentials for datadog metrics provider',
    );
  }
  return { address: address || 'https://api.datadoghq.com', apiKey, appKey };
}

async function measureSeries(
  config: ParsedDatadogConfig,
  account: Account,
  windowMs: number,
  context: MetricContext,
): Promise<MetricOutcome> {
  const now = Math.floor(context.now() / 1_000);
  const query = new URLSearchParams({
    query: config.query,
    from: `${now - Math.floor(windowMs / 1_000)}`,
    to: `${now}`,
  });
  return readSeries(
    await ask(`/api/v1/query?${query}`, undefined, config, account, context),
  );
}

async function measureScalar(
  config: ParsedDatadogConfig,
  account: Account,
  windowMs: number,
  context: MetricContext,
): Promise<MetricOutcome> {
  const { query, queries, formula, aggregator = 'last' } = config;
  const named = query ? { query } : queries;
  const [first] = Object.keys(named);
  const attributes = {
    from: context.now() - windowMs,
    to: context.now(),
    queries: Object.entries(named).map(([name, text]) => ({
      aggregator,
      data_source: 'metrics',
      name,
      query: text,
    })),
    formulas: [{ formula: formula || first }],
  };
  const body = { data: { type: 'scalar_request', attributes } };
  return readColumns(
    await ask('/api/v2/query/scalar', body, config, account, context),
  );
}

async function ask(
  path: string,
  body: object | undefined,
  { requestTimeout }: ParsedDatadogConfig,
  { address, apiKey, appKey }: Account,
  { http, signal }: MetricContext,
): Promise<JsonValue> {
  const timeoutMs = parseDuration(requestTimeout);
  if (timeoutMs <= 0) {
    throw new Error('Datadog metric: requestTimeout must be more than 0');
  }
  const response = await http.send({
    url: `${address.replace(/\/+$/, '')}${path}`,
    method: body ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      'dd-api-key': apiKey,
      'dd-application-key': appKey,
    },
    ...(body && { body: JSON.stringify(body) }),
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
  });
  if (response.status === 400) {
    // What is wrong with the query.
    const answer = await readAnswer(response, signal);
    refuseFailure('json' in answer ? answer.json : null);
  }
  requireSuccess(response);
  return readJsonAnswer(response, signal);
}
