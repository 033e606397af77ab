import { parseDocuments } from './documents/parseDocuments';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { readText } from './text';
import { readInThread } from './threads/readInThread';
import { ReadDocument } from './yaml/parseYamlDocuments';

export type { ReadDocument } from './yaml/parseYamlDocuments';

/**
 * Manifests as they are sent or stored: a JSON list, a JSON object, or YAML documents as
 * Kubernetes reads them. Empty ones are left out, broken ones are told with what is wrong.
 *
 * @throws ForeignInputError when it is too much or no text.
 */
export async function readDocuments(
  source: string | Uint8Array,
  limits: Limits,
  { signal }: ReadOptions = {},
): Promise<ReadDocument[]> {
  const text = readText(source, limits);
  return isQuick('documents', text)
    ? parseDocuments(text, limits)
    : ((await readInThread(
        'documents',
        text,
        limits,
        signal,
      )) as ReadDocument[]);
}
