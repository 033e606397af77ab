import {
  HostFunction,
  typedList,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { parseJson } from '../json/parseJson';
import { Data } from '../jsonValue';
import { Limits } from '../limits';
import { readText } from '../text';
import { parseToml } from '../toml/parseToml';
import { parseYamlDocuments } from '../yaml/parseYamlDocuments';
import { firstDocument } from '../yaml/splitDocuments';

/** Languages of documents that expressions look at; a text is what it is. */
export type DocumentLanguage = 'json' | 'yaml' | 'toml' | 'text';

/** Status and headers of a response, by which expressions see its body. */
export interface ResponseHead {
  status: number;
  /** By names in small letters. */
  headers: Readonly<Record<string, readonly string[]>>;
}

/** What somebody else wrote and expressions look at; it can be sent to a thread. */
export interface ForeignDocument {
  language: DocumentLanguage;
  text: string;
  /** Without it the keys of the document are the variables of the expressions. */
  response?: ResponseHead;
}

/** @throws ForeignInputError when it is broken or too much. */
export function parseForeignDocument(
  { language, text: written }: ForeignDocument,
  limits: Limits,
): Data {
  if (language === 'text') {
    return written;
  }
  const text = readText(written, limits);
  switch (language) {
    case 'json':
      return parseJson(text, limits);
    case 'toml':
      return parseToml(text, limits);
    default: {
      const [first] = parseYamlDocuments(firstDocument(text), limits);
      return first && 'value' in first ? first.value : null;
    }
  }
}

/** What expressions see of a document that has been read. */
export function environmentOf(
  { response }: Pick<ForeignDocument, 'response'>,
  content: Data,
): Value {
  if (!response) {
    return content;
  }
  const { status, headers } = response;
  const first = (name: string) => headers[name.toLowerCase()]?.[0] ?? '';
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
      body: content,
    },
  };
}

/** `x-request-id` as `X-Request-Id`. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, start => start.toUpperCase());
}
