import {
  DocumentLanguage,
  environmentOf,
  ForeignDocument,
  ResponseHead,
} from './expressions/ForeignDocument';
import { readJson } from './json';
import { Data } from './jsonValue';
import { Limits } from './limits';
import { ReadOptions } from './quick';
import { readToml } from './toml';
import { readYaml } from './yaml';

export { environmentOf };
export type { DocumentLanguage, ForeignDocument, ResponseHead };

const READ: Record<
  DocumentLanguage,
  (text: string, limits: Limits, options: ReadOptions) => Promise<Data>
> = {
  json: readJson,
  yaml: readYaml,
  toml: readToml,
  text: async text => text,
};

/**
 * What a document holds, large ones read in a thread of their own.
 *
 * @throws ForeignInputError when it is broken or too much.
 */
export function readDocument(
  { language, text }: Pick<ForeignDocument, 'language' | 'text'>,
  limits: Limits,
  options: ReadOptions = {},
): Promise<Data> {
  return READ[language](text, limits, options);
}
