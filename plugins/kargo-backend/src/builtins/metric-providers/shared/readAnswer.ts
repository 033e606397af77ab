import { JsonValue } from 'backstage-plugin-kargo-common';
import { HttpResponse } from 'backstage-plugin-kargo-node';
import { ForeignInputError } from '../../../foreign/ForeignInputError';
import { readJson } from '../../../foreign/json';
import { BODY_LIMITS, Limits } from '../../../foreign/limits';

const ANSWER_LIMITS: Limits = {
  ...BODY_LIMITS,
  // Prometheus answers with 11,000 points of a series, each of three values.
  nodes: 50_000,
  share: 'work',
};
/** Largest answer that is read, in bytes. */
export const MAX_ANSWER_BYTES = ANSWER_LIMITS.bytes;

/**
 * The body of an answer as JSON, or as the text it is when it is none. What is no UTF-8 in it
 * is replaced: a page in another encoding, or a picture, is an answer as well.
 */
export async function readAnswer(
  { body }: Pick<HttpResponse, 'body'>,
  signal: AbortSignal,
): Promise<{ json: JsonValue } | { text: string }> {
  const text = new TextDecoder().decode(body);
  try {
    return {
      json: (await readJson(text, ANSWER_LIMITS, { signal })) as JsonValue,
    };
  } catch (error) {
    if (!(error instanceof ForeignInputError) || isJson(text)) {
      throw error;
    }
    return { text };
  }
}

/** As {@link readAnswer}, of servers that always answer JSON. @throws Error when one does not */
export async function readJsonAnswer(
  response: Pick<HttpResponse, 'body' | 'url'>,
  signal: AbortSignal,
): Promise<JsonValue> {
  const answer = await readAnswer(response, signal);
  if ('json' in answer) {
    return answer.json;
  }
  throw new Error(`the answer of ${response.url.host} is not JSON`);
}

/** Whether a text was refused for what it is too much of. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
