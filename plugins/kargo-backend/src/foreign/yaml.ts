import { ForeignInputError } from './ForeignInputError';
import { Json } from './jsonValue';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { readText } from './text';
import { readInThread } from './threads/readInThread';
import {
  parseYamlDocuments,
  ReadDocument,
  ScalarReading,
} from './yaml/parseYamlDocuments';
import { firstDocument } from './yaml/splitDocuments';

/**
 * The first document of a YAML text as Kubernetes reads it; null when there is none. What
 * follows it need not be valid. Large texts are read in a thread of their own.
 *
 * @throws ForeignInputError when it is broken, too much or no text.
 */
export function readYaml(
  source: string | Uint8Array,
  limits: Limits,
  options: ReadOptions = {},
): Promise<Json> {
  return readFirst('kubernetes', source, limits, options);
}

/**
 * As {@link readYaml}, with every scalar as the text that it is written as: for names, of
 * which Kubernetes would take some for booleans and numbers.
 */
export function readYamlTexts(
  source: string | Uint8Array,
  limits: Limits,
  options: ReadOptions = {},
): Promise<Json> {
  return readFirst('texts', source, limits, options);
}

async function readFirst(
  scalars: ScalarReading,
  source: string | Uint8Array,
  limits: Limits,
  { signal }: ReadOptions,
): Promise<Json> {
  const text = firstDocument(readText(source, limits));
  const language = scalars === 'texts' ? 'yamlTexts' : 'yaml';
  const [document] = isQuick(language, text)
    ? parseYamlDocuments(text, limits, scalars)
    : ((await readInThread(language, text, limits, signal)) as ReadDocument[]);
  if (document && 'problem' in document) {
    throw new ForeignInputError(document.problem);
  }
  return document?.value ?? null;
}
