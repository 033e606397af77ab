import { KindName, MANIFESTS } from 'backstage-plugin-kargo-common';
import {
  Document,
  isMap,
  isScalar,
  isSeq,
  Node,
  parseAllDocuments,
  parseDocument,
  visit,
} from 'yaml';
import { keepAsWritten, meaningOf, quoteNegations } from './asWritten';
import { documentValue, READING } from './documentValue';
import { PathStep } from './manifestShape';
import { YAML_STYLE } from './manifestText';

/** A text of one manifest that can be filled in as a form. */
export interface ManifestForm {
  kind: KindName;
  value: Record<string, unknown>;
}

/** The manifest of a text, or `undefined` where it is not one, or no YAML. */
export function readForm(text: string): ManifestForm | undefined {
  const document = readDocument(text, READING);
  const kind = document?.get('kind');
  if (
    !document ||
    typeof kind !== 'string' ||
    !Object.hasOwn(MANIFESTS, kind)
  ) {
    return undefined;
  }
  const read = documentValue(document);
  return read.ok
    ? {
        kind: kind as KindName,
        value: read.value as Record<string, unknown>,
      }
    : undefined;
}

/** What a text means; not where it is no YAML, or names an anchor that is not there. */
export function readYaml(
  text: string,
): { ok: true; value: unknown } | { ok: false } {
  const document = parseDocument(text, READING);
  return document.errors.length > 0 ? { ok: false } : documentValue(document);
}

/**
 * The text with another value at a path; what stands around it and stays the same in it is as
 * it is written, comments too.
 *
 * @param value - `undefined` removes what is there
 */
export function writeField(
  text: string,
  path: PathStep[],
  value: unknown,
): string {
  return change(text, document => {
    if (value === undefined) {
      document.deleteIn(path);
    } else {
      makeWay(document, path);
      settle(document, path, value);
    }
  });
}

/** The text with an item of a list before the one that was before it. */
export function moveItemUp(
  text: string,
  list: PathStep[],
  index: number,
): string {
  return change(text, document => {
    const node = document.getIn(list, true);
    if (isSeq(node) && index > 0 && index < node.items.length) {
      const [item] = node.items.splice(index, 1);
      node.items.splice(index - 1, 0, item);
    }
  });
}

/** Where an alias keeps something from being changed, all become what they stand for. */
function change(text: string, edit: (document: Document) => void): string {
  const [document, expanded] = [1, 2].map(() => {
    const read = readDocument(text, YAML_STYLE);
    if (read) {
      quoteNegations(read);
      keepAsWritten(read, text);
    }
    return read;
  });
  if (!document || !expanded) {
    return text;
  }
  try {
    edit(document);
    return document.toString(YAML_STYLE);
  } catch {
    expandAliases(expanded);
    edit(expanded);
    return expanded.toString(YAML_STYLE);
  }
}

function expandAliases(document: Document): void {
  visit(document, {
    Alias: (_, alias) => alias.resolve(document)?.clone() as Node | undefined,
  });
  visit(document, {
    Node: (_, node) => {
      delete (node as { anchor?: string }).anchor;
    },
  });
}

function readDocument(
  text: string,
  options: typeof READING | typeof YAML_STYLE,
): Document | undefined {
  const documents: Document[] = [...parseAllDocuments(text, options)];
  const [document] = documents;
  return documents.length === 1 &&
    document.errors.length === 0 &&
    isMap(document.contents)
    ? document
    : undefined;
}

/** What stands on the way and leads nowhere, such as `spec:` with nothing below, becomes what the path needs. */
function makeWay(document: Document, path: PathStep[]): void {
  path.slice(0, -1).forEach((_, index) => {
    const way = path.slice(0, index + 1);
    const there = document.getIn(way, true);
    if (there === undefined || isScalar(there)) {
      const next = path[index + 1];
      document.setIn(
        way,
        document.createNode(typeof next === 'number' ? [] : {}),
      );
    }
  });
}

/** Writes a value over what is there, as far as they differ. */
function settle(document: Document, path: PathStep[], value: unknown): void {
  const there = document.getIn(path, true);
  if (isMap(there) && isFields(value)) {
    for (const { key } of [...there.items]) {
      const name = String(isScalar(key) ? key.value : key);
      if (!Object.hasOwn(value, name)) {
        there.delete(key);
      }
    }
    for (const [name, member] of Object.entries(value)) {
      settle(document, [...path, name], member);
    }
    return;
  }
  if (
    isSeq(there) &&
    Array.isArray(value) &&
    there.items.length === value.length
  ) {
    value.forEach((item, index) => settle(document, [...path, index], item));
    return;
  }
  if (there !== undefined && meaningOf(there) === value) {
    return;
  }
  const isPlain = typeof value !== 'object' || value === null;
  // A value that takes the place of another leaves its comment there.
  document.setIn(path, isPlain ? value : document.createNode(value));
}

function isFields(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0
  );
}
