import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  HostFunction,
  typedList,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { HttpResponse } from 'backstage-plugin-kargo-node';
import { ForeignInputError } from '../../../foreign/ForeignInputError';
import { readJson } from '../../../foreign/json';
import { DATA_LIMITS } from '../../../foreign/limits';
import { parseYaml } from '../shared/parseYaml';

const YAML_TYPES = new Set([
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
]);

/**
 * What the expressions of the step see: `response` with `status`, `headers`, `header(name)`
 * and `body`.
 *
 * @throws Error when the body is not what its type says.
 */
export async function responseEnvironment(
  response: Pick<HttpResponse, 'status' | 'headers' | 'body'>,
  contentType: string | undefined,
  signal: AbortSignal,
): Promise<Value> {
  const { status, headers } = response;
  const first = (name: string) => headers[name.toLowerCase()]?.[0] ?? '';
  const body = await parseBody(
    response.body.toString('utf8'),
    contentType ?? first('content-type'),
    signal,
  );
  return {
    response: {
      status: BigInt(status),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, values]) => [
          canonicalName(name),
          typedList('string', [...values]),
        ]),
      ),
      header: new HostFunction('header', [Types.string], ([name]) =>
        first(String(name)),
      ),
      body,
    },
  };
}

async function parseBody(
  text: string,
  contentType: string,
  signal: AbortSignal,
): Promise<JsonValue> {
  if (text === '') {
    return {};
  }
  const mediaType = contentType.split(';')[0].trim().toLowerCase();
  if (mediaType === 'text/plain') {
    return text;
  }
  if (YAML_TYPES.has(mediaType)) {
    return parseYaml(text, signal);
  }
  try {
    return await readJson(text, DATA_LIMITS, { signal });
  } catch (error) {
    if (!(error instanceof ForeignInputError)) {
      throw error;
    }
    if (mediaType === 'application/json') {
      throw new Error(
        `the response announces JSON, but its body is not valid: ${error.message}`,
      );
    }
    // Only a guess: a page or an image is no mistake.
    return {};
  }
}

/** `x-request-id` as `X-Request-Id`. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, start => start.toUpperCase());
}
