import {
  CLUSTER_KINDS,
  isClosedAt,
  KindName,
  MANIFESTS,
  OLDER_FIELDS,
  pruneManifest,
  YAML_SCALAR_TAGS,
} from 'backstage-plugin-kargo-common';
import {
  Document,
  isMap,
  isNode,
  isPair,
  parseAllDocuments,
  YAMLParseError,
} from 'yaml';
import { z } from 'zod';

const UNKNOWN = 'is no field that Kargo knows';

/** Something wrong in a text, by positions in it. */
export interface ManifestProblem {
  from: number;
  to: number;
  /** Of what the server takes, and tells of, it is a warning. */
  severity: 'error' | 'warning';
  /** Names the field and what is wrong with it. */
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
  const at = (
    path: PropertyKey[],
    message: string,
    severity: ManifestProblem['severity'] = 'error',
  ) => ({
    ...placeOf(document, path, end),
    severity,
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
  const fullKind = `${document.get('apiVersion')}/${kind}`;
  if ((CLUSTER_KINDS as readonly string[]).includes(fullKind)) {
    return [at(['kind'], 'belongs to a cluster, and is not kept', 'warning')];
  }
  if (typeof kind !== 'string' || !Object.hasOwn(MANIFESTS, kind)) {
    return [
      at(['kind'], `expected one of ${Object.keys(MANIFESTS).join(', ')}`),
    ];
  }
  const value = toValue(document);
  if (!value.ok) {
    return [at([], value.message)];
  }
  const schema = MANIFESTS[kind as KindName];
  // As the server does it, which tells of what it leaves out.
  const { manifest, unknown } = pruneManifest(value.value, schema, path =>
    isClosedAt(kind as KindName, path),
  );
  const { error } = schema.safeParse(manifest);
  return [
    ...unknown.map(({ holder, field }) =>
      at([...holder, field], UNKNOWN, 'warning'),
    ),
    ...(error?.issues ?? [])
      .flatMap(flatten)
      .map(({ path, message, severity }) => at(path, message, severity)),
  ];
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

type Issue = z.core.$ZodIssue;

/** One entry per field that is refused since nobody knows it, each at the field itself. */
function flatten(
  issue: Issue,
): Array<Pick<Issue, 'path' | 'message'> & Pick<ManifestProblem, 'severity'>> {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map(key => ({
        path: [...issue.path, key],
        ...judgeUnknown(issue.path.at(-1), key),
      }))
    : [{ path: issue.path, message: issue.message, severity: 'error' }];
}

function judgeUnknown(
  holder: PropertyKey | undefined,
  field: string,
): Pick<ManifestProblem, 'message' | 'severity'> {
  const names = new Map(Object.entries(OLDER_FIELDS[String(holder)] ?? {}));
  const newer = names.get(field);
  return newer === undefined
    ? { message: UNKNOWN, severity: 'error' }
    : {
        message: `is the name that "${newer}" had in older releases, and read as that`,
        severity: 'warning',
      };
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
