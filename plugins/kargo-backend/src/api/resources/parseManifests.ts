import { InputError } from '@backstage/errors';
import { parseAllDocuments } from 'yaml';

/** Most documents in one request. */
export const MAX_DOCUMENTS = 1000;

/** Most times that YAML may repeat what an anchor names. */
const MAX_ALIASES = 100;

/**
 * Reads what was sent to `/resources`: a JSON array, a JSON object, or YAML documents.
 * Empty documents are skipped.
 *
 * @throws InputError when it is neither, empty or too much.
 */
export function parseManifests(text: string): unknown[] {
  const documents = /^\s*[[{]/.test(text) ? parseJson(text) : parseYaml(text);
  if (documents.length === 0) {
    throw new InputError('Expected at least one resource as YAML or JSON');
  }
  if (documents.length > MAX_DOCUMENTS) {
    throw new InputError(
      `Expected at most ${MAX_DOCUMENTS} resources in one request, got ${documents.length}`,
    );
  }
  return documents;
}

function parseJson(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    // YAML has objects in braces too, so a file may start like JSON and not be it.
    if (text.trimStart().startsWith('{')) {
      return parseYaml(text);
    }
    throw new InputError(`The body is not valid JSON: ${firstLine(error)}`);
  }
}

function parseYaml(text: string): unknown[] {
  try {
    const documents = parseAllDocuments(text, { merge: true });
    const list = Array.isArray(documents) ? documents : [];
    return list.flatMap((document, index) => {
      if (document.errors.length > 0) {
        throw new InputError(
          `Document ${index + 1} is not valid YAML: ${firstLine(
            document.errors[0],
          )}`,
        );
      }
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return value === null || value === undefined ? [] : [value];
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'InputError') {
      throw error;
    }
    // Too many aliases, or nesting that exhausts the stack.
    throw new InputError(`The body is not valid YAML: ${firstLine(error)}`);
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0].replace(/:$/, '');
}
