import { HttpResponse } from 'backstage-plugin-kargo-node';
import { ForeignInputError } from '../../../foreign/ForeignInputError';
import { ForeignDocument } from '../../../foreign/readDocument';
import { ForeignValues } from '../shared/ForeignValues';

const YAML_TYPES = new Set([
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
]);

/** What a body is that says nothing. */
const NOTHING = { language: 'json', text: '{}' } as const;

/**
 * What the expressions of the step see: `response` with `status`, `headers`, `header(name)`
 * and `body`.
 *
 * @throws Error when the body is not what its type says.
 */
export async function readResponse(
  { status, headers, body }: Pick<HttpResponse, 'status' | 'headers' | 'body'>,
  contentType: string | undefined,
  asked: { nowMs: number; signal: AbortSignal },
): Promise<ForeignValues> {
  const type = contentType ?? headers['content-type']?.[0] ?? '';
  const mediaType = type.split(';')[0].trim().toLowerCase();
  const read = (document: Pick<ForeignDocument, 'language' | 'text'>) =>
    ForeignValues.read({ ...document, response: { status, headers } }, asked);
  const text = body.toString('utf8');
  if (text === '') {
    return read(NOTHING);
  }
  if (mediaType === 'text/plain') {
    return read({ language: 'text', text });
  }
  if (YAML_TYPES.has(mediaType)) {
    return read({ language: 'yaml', text });
  }
  try {
    return await read({ language: 'json', text });
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
    return read(NOTHING);
  }
}
