import { InputError } from '@backstage/errors';
import { readDocuments } from '../../foreign/documents';
import { SENT_MANIFEST_LIMITS } from '../../foreign/limits';
import { explainBody } from '../server/readBody';

/** What a request holds, and what is odd about it without being wrong. */
export interface ParsedManifests {
  documents: unknown[];
  warnings: string[];
}

/**
 * Reads what was sent to `/resources`: a JSON array, a JSON object, or YAML documents.
 * Empty documents are left out, so that there may be none.
 *
 * @throws InputError with everything that cannot be read.
 */
export async function parseManifests(
  body: string | Uint8Array,
  signal?: AbortSignal,
): Promise<ParsedManifests> {
  const read = await explainBody(() =>
    readDocuments(body, SENT_MANIFEST_LIMITS, { signal }),
  );
  const problems = read.flatMap((document, index) =>
    'problem' in document ? [`Document ${index + 1}: ${document.problem}`] : [],
  );
  if (problems.length > 0) {
    throw new InputError(
      `The body is not valid YAML or JSON. ${problems.join('; ')}`,
    );
  }
  return {
    documents: read.flatMap(document =>
      'value' in document ? [document.value] : [],
    ),
    warnings: read.flatMap((document, index) =>
      'value' in document && document.warning
        ? [`Document ${index + 1}: ${document.warning}`]
        : [],
    ),
  };
}
