import {
  CLUSTER_KINDS,
  formatProblem,
  identifyManifest,
  isClosedAt,
  itemsOfList,
  KindName,
  MANIFESTS,
  PlacedProblem,
  pruneManifest,
  readOlderSubscriptions,
  schemaProblems,
  unknownFieldProblem,
} from 'backstage-plugin-kargo-common';
import {
  Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  parseAllDocuments,
  YAMLParseError,
} from 'yaml';
import { documentValue, READING } from './documentValue';

/** Something wrong in a text, by positions in it. */
export interface ManifestProblem {
  from: number;
  to: number;
  /** Of what the server takes, and tells of, it is a warning. */
  severity: 'error' | 'warning';
  /** Names the field and what is wrong with it, in the words of the server. */
  message: string;
}

/** The first thing for which the server would refuse manifests. */
export function firstMistake(
  problems: readonly ManifestProblem[],
): string | undefined {
  return problems.find(({ severity }) => severity === 'error')?.message;
}

/** As {@link firstMistake}, in a text. */
export function findMistake(text: string): string | undefined {
  return firstMistake(lintManifests(text));
}

/**
 * What is wrong with manifests: first as YAML, then by the schemas that the server
 * admits them by. What only the server can know, it says when they are saved.
 */
export function lintManifests(text: string): ManifestProblem[] {
  const documents = parseAllDocuments(text, { ...READING, uniqueKeys: true });
  if (!Array.isArray(documents) || documents.length === 0) {
    return [];
  }
  return documents.flatMap(document => {
    const problems = document.errors.map(error =>
      yamlProblem(error, text.length),
    );
    return problems.some(({ severity }) => severity === 'error')
      ? problems
      : [...problems, ...lintDocument(document, text.length)];
  });
}

function yamlProblem(
  { code, message, pos: [from, to] }: YAMLParseError,
  end: number,
): ManifestProblem {
  const place = { from: Math.min(from, end), to: Math.min(to, end) };
  return code === 'DUPLICATE_KEY'
    ? {
        ...place,
        severity: 'warning',
        message:
          'this key stands more than once in its mapping; the last one counts',
      }
    : { ...place, severity: 'error', message: message.split(' at line')[0] };
}

function lintDocument(document: Document, end: number): ManifestProblem[] {
  if (document.contents === null) {
    return [];
  }
  const at: Tell = (place, message, severity = 'error') => ({
    ...placeOf(document, place, end),
    severity,
    message,
  });
  const read = documentValue(document);
  if (!read.ok) {
    return [at([], read.message)];
  }
  const manifests = itemsOfList(read.value);
  return manifests[0] === read.value
    ? lintManifest(read.value, at)
    : manifests.flatMap((manifest, index) =>
        lintManifest(manifest, (place, ...what) =>
          at(['items', index, ...place], ...what),
        ),
      );
}

/** Tells of a place below a manifest. */
type Tell = (
  place: readonly PropertyKey[],
  message: string,
  severity?: ManifestProblem['severity'],
) => ManifestProblem;

function lintManifest(value: unknown, at: Tell): ManifestProblem[] {
  if (isOfCluster(value)) {
    return [
      at(['kind'], 'kind: belongs to a cluster, and is not kept', 'warning'),
    ];
  }
  const refuse = ({ place, problem }: PlacedProblem) =>
    at(place, formatProblem(problem));
  const identified = identifyManifest(value);
  if (!('kind' in identified)) {
    return [refuse(identified)];
  }
  const { kind } = identified;
  const schema = MANIFESTS[kind];
  const modern = readOlder(value, kind);
  // As the server does it, which tells of what it leaves out.
  const { manifest, unknown } = pruneManifest(modern.manifest, schema, path =>
    isClosedAt(kind, path),
  );
  const { error } = schema.safeParse(manifest);
  const ignored = unknown.map(({ holder, field }) =>
    unknownFieldProblem(schema, holder, field),
  );
  return [
    ...modern.warnings.map(({ place, message }) =>
      at(place, message, 'warning'),
    ),
    ...ignored.map(({ place, problem }) =>
      at(place, `ignored ${formatProblem(problem)}`, 'warning'),
    ),
    ...modern.problems.map(refuse),
    ...(error ? [...schemaProblems(error, manifest, schema)] : []).map(refuse),
  ];
}

function isOfCluster(manifest: unknown): boolean {
  const { apiVersion, kind } = (manifest ?? {}) as Record<string, unknown>;
  return (CLUSTER_KINDS as readonly string[]).includes(`${apiVersion}/${kind}`);
}

function readOlder(manifest: unknown, kind: KindName) {
  return kind === 'Warehouse'
    ? readOlderSubscriptions(manifest)
    : { manifest, warnings: [], problems: [] };
}

/** Where a field stands: its key, else the nearest field around it that is there. */
function placeOf(
  document: Document,
  path: readonly PropertyKey[],
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

/** Of keys that stand twice, the last one counts. */
function rangeOf(document: Document, path: readonly PropertyKey[]) {
  let marked: unknown;
  let value: unknown = document.contents;
  for (const part of path) {
    const holder = isAlias(value) ? value.resolve(document) : value;
    const pair = isMap(holder)
      ? holder.items.findLast(
          ({ key }) => isNode(key) && String(key) === String(part),
        )
      : undefined;
    value = isSeq(holder) ? holder.items[Number(part)] : pair?.value;
    marked = isSeq(holder) ? value : pair?.key;
  }
  return isNode(marked) && marked.range
    ? { from: marked.range[0], to: marked.range[1] }
    : undefined;
}
