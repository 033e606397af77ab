import {
  KindName,
  MANIFESTS,
  YAML_SCALAR_TAGS,
} from 'backstage-plugin-kargo-common';
import { Document, isMap, isNode, isPair, parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** Something wrong in a text, by positions in it. */
export interface ManifestProblem {
  from: number;
  to: number;
  /** Names the field and what is wrong with it. */
  message: string;
}

/**
 * What is wrong with manifests: first as YAML, then by the schemas that the server
 * admits them by. What only the server can know, it says when they are saved.
 */
export function lintManifests(text: string): ManifestProblem[] {
  // Aliases of aliases would take memory without end; a manifest needs none.
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    customTags: YAML_SCALAR_TAGS,
    merge: true,
    uniqueKeys: true,
  });
  if (!Array.isArray(documents) || documents.length === 0) {
    return [];
  }
  return documents.flatMap(document =>
    document.errors.length > 0
      ? document.errors.map(({ pos: [from, to], message }) => ({
          from: Math.min(from, text.length),
          to: Math.min(to, text.length),
          message: message.split(' at line')[0],
        }))
      : lintDocument(document, text.length),
  );
}

function lintDocument(document: Document, end: number): ManifestProblem[] {
  const at = (path: PropertyKey[], message: string) => ({
    ...placeOf(document, path, end),
    message:
      path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message,
  });
  if (!isMap(document.contents)) {
    return document.contents === null
      ? []
      : [
          at(
            [],
            'expected a manifest: apiVersion, kind, metadata and what follows',
          ),
        ];
  }
  const kind = document.get('kind');
  if (typeof kind !== 'string' || !Object.hasOwn(MANIFESTS, kind)) {
    return [
      at(['kind'], `expected one of ${Object.keys(MANIFESTS).join(', ')}`),
    ];
  }
  const value = toValue(document);
  const { error } = value.ok
    ? MANIFESTS[kind as KindName].safeParse(withoutNulls(value.value))
    : { error: undefined };
  const issues = (error?.issues ?? []).flatMap(flatten);
  return value.ok
    ? issues.map(({ path, message }) => at(path, message))
    : [at([], value.message)];
}

function toValue(
  document: Document,
): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

/** A field with nothing behind it counts as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

type Issue = z.core.$ZodIssue;

/** One entry per unknown field, each at the field itself. */
function flatten(issue: Issue): Array<Pick<Issue, 'path' | 'message'>> {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map(key => ({
        path: [...issue.path, key],
        message: 'is no field that Kargo knows',
      }))
    : [issue];
}

/** Where a field stands: its key, else the nearest field around it that is there. */
function placeOf(
  document: Document,
  path: PropertyKey[],
  end: number,
): { from: number; to: number } {
  for (let length = path.length; length > 0; length -= 1) {
    const range = rangeOf(document, path.slice(0, length));
    if (range) {
      return range;
    }
  }
  const [from = 0, to = end] = document.contents?.range ?? [];
  return { from, to: Math.min(to, from + 1, end) };
}

function rangeOf(document: Document, path: PropertyKey[]) {
  const parent =
    path.length > 1
      ? document.getIn(path.slice(0, -1), true)
      : document.contents;
  const last = path.at(-1);
  const key = isMap(parent)
    ? parent.items.find(
        item => isPair(item) && isNode(item.key) && String(item.key) === last,
      )?.key
    : document.getIn(path, true);
  return isNode(key) && key.range
    ? { from: key.range[0], to: key.range[1] }
    : undefined;
}
