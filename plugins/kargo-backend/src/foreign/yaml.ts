import { ForeignInputError } from './ForeignInputError';
import { Json } from './jsonValue';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { readText } from './text';
import { readInThread } from './threads/readInThread';
import { parseYamlDocuments, ReadDocument } from './yaml/parseYamlDocuments';
import { firstDocument } from './yaml/splitDocuments';

/**
 * The first document of a YAML text as Kubernetes reads it; null when there is none. What
 * follows it need not be valid. Large texts are read in a thread of their own.
 *
 * @throws ForeignInputError when it is broken, too much or no text.
 */
export async function readYaml(
  source: string | Uint8Array,
  limits: Limits,
  { signal }: ReadOptions = {},
): Promise<Json> {
  const text = firstDocument(readText(source, limits));
  const [document] = isQuick('yaml', text)
    ? parseYamlDocuments(text, limits)
    : ((await readInThread('yaml', text, limits, signal)) as ReadDocument[]);
  if (document && 'problem' in document) {
    throw new ForeignInputError(document.problem);
  }
  return document?.value ?? null;
}
