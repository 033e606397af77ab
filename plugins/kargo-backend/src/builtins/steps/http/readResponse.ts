import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  HostFunction,
  typedList,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { HttpResponse } from 'backstage-plugin-kargo-node';
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
export function responseEnvironment(
  response: Pick<HttpResponse, 'status' | 'headers' | 'body'>,
  contentType: string | undefined,
): Value {
  const { status, headers } = response;
  const first = (name: string) => headers[name.toLowerCase()]?.[0] ?? '';
  const body = parseBody(
    response.body.toString('utf8'),
    contentType ?? first('content-type'),
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

function parseBody(text: string, contentType: string): JsonValue {
  if (text === '') {
    return {};
  }
  const mediaType = contentType.split(';')[0].trim().toLowerCase();
  if (mediaType === 'text/plain') {
    return text;
  }
  if (YAML_TYPES.has(mediaType)) {
    return parseYaml(text);
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    if (mediaType === 'application/json') {
      throw new Error('the response announces JSON, but its body is not valid');
    }
    // Only a guess: a page or an image is no mistake.
    return {};
  }
}

/** `x-request-id` as `X-Request-Id`. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, start => start.toUpperCase());
}
