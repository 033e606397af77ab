import { itemsOfList } from 'backstage-plugin-kargo-common';
import { ForeignInputError } from '../ForeignInputError';
import { Json } from '../jsonValue';
import { measureJson, parseJsonText } from '../json/parseJson';
import { Limits } from '../limits';
import { parseYamlDocuments, ReadDocument } from '../yaml/parseYamlDocuments';

/**
 * What was sent or stored as manifests: a JSON list, a JSON object, or YAML documents.
 * Empty documents are left out, broken ones are told with what is wrong, and of lists of
 * Kubernetes each item is one.
 *
 * @throws ForeignInputError when it is neither, or too much.
 */
export function parseDocuments(text: string, limits: Limits): ReadDocument[] {
  return assertFew(readAll(text, limits).flatMap(takeApart), limits);
}

function readAll(text: string, limits: Limits): ReadDocument[] {
  const start = /^\s*([[{])/.exec(text)?.[1];
  if (!start) {
    return [...parseYamlDocuments(text, limits)];
  }
  try {
    return toDocuments(parseJsonText(text), limits);
  } catch (error) {
    // YAML has objects in braces too, so a file may start like JSON and not be it.
    if (start === '{' && error instanceof ForeignInputError) {
      return [...parseYamlDocuments(text, limits)];
    }
    throw error;
  }
}

function toDocuments(value: Json, limits: Limits): ReadDocument[] {
  const list = assertFew(Array.isArray(value) ? value : [value], limits);
  for (const document of list) {
    measureJson(document, limits);
  }
  return list.map(document => ({ value: document }));
}

function takeApart(document: ReadDocument): ReadDocument[] {
  if ('problem' in document) {
    return [document];
  }
  // What is odd is told once.
  return itemsOfList(document.value).map((value, index) => ({
    value,
    ...(index === 0 && document.warning && { warning: document.warning }),
  }));
}

function assertFew<T>(documents: T[], limits: Limits): T[] {
  if (documents.length > limits.documents) {
    throw new ForeignInputError(
      `it has more than ${limits.documents} documents`,
    );
  }
  return documents;
}
