import {
  createMetricProvider,
  HttpRequest,
  MetricContext,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { authorize, toHeaders } from '../shared/authentication';
import { printJson } from '../shared/printValue';
import { MAX_ANSWER_BYTES, readAnswer } from '../shared/readAnswer';
import { ParsedWebConfig, WebConfig } from './config';
import { findJsonPath } from './findJsonPath';
import { parseJsonPath } from './parseJsonPath';

const DEFAULT_TIMEOUT_S = 10;

/** Measures by an HTTP request. */
export const webProvider = createMetricProvider({
  id: 'web',
  description: 'Asks a URL and takes a value from its answer.',
  config: WebConfig,
  async measure(config, context) {
    const path = parsePath(config.jsonPath);
    const response = await context.http.send(
      await buildRequest(config, context),
    );
    if (response.status < 200 || response.status > 299) {
      throw new Error(`received non 2xx response code: ${response.status}`);
    }
    return readOutcome(await readAnswer(response, context.signal), path);
  },
});

function parsePath(jsonPath: string | undefined) {
  return parseJsonPath(jsonPath || '{$}');
}

async function buildRequest(
  config: ParsedWebConfig,
  context: MetricContext,
): Promise<HttpRequest> {
  const { url, method, jsonBody, insecure, timeoutSeconds = 0 } = config;
  // What an argument without a value leaves is no body.
  const body = config.body || undefined;
  if (body !== undefined && jsonBody !== undefined) {
    throw new Error(
      'use either Body or JSONBody; both cannot exists for WebMetric payload',
    );
  }
  const hasBody = body !== undefined || jsonBody !== undefined;
  if (hasBody && method === 'GET') {
    throw new Error(
      'Body/JSONBody can only be used with POST or PUT WebMetric Method types',
    );
  }
  const token = await authorize(config.authentication?.oauth2, context, {
    insecure,
  });
  return {
    url,
    method,
    headers: toHeaders([
      ...config.headers,
      ...(jsonBody !== undefined
        ? [{ key: 'Content-Type', value: 'application/json' }]
        : []),
      ...(token ? [{ key: 'Authorization', value: token }] : []),
    ]),
    ...(hasBody && { body: body ?? JSON.stringify(jsonBody) }),
    timeoutMs:
      (timeoutSeconds > 0 ? timeoutSeconds : DEFAULT_TIMEOUT_S) * 1_000,
    maxBytes: MAX_ANSWER_BYTES,
    insecureSkipTLSVerify: insecure,
  };
}

function readOutcome(
  answer: Awaited<ReturnType<typeof readAnswer>>,
  path: ReturnType<typeof parseJsonPath>,
): MetricOutcome {
  // What is no JSON is a text, in which no path leads anywhere.
  if ('text' in answer) {
    return { kind: 'measured', result: answer.text, value: answer.text };
  }
  const [result] = findIn(answer.json, path);
  if (result === undefined) {
    throw new Error('result of web metric produced no value');
  }
  return { kind: 'measured', result, value: printJson(result) };
}

function findIn(
  json: Parameters<typeof findJsonPath>[1],
  path: ReturnType<typeof parseJsonPath>,
) {
  try {
    return findJsonPath(path, json);
  } catch (error) {
    throw new Error(
      `Could not find JSONPath in body: ${(error as Error).message}`,
    );
  }
}
