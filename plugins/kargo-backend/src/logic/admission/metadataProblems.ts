import {
  formatPath,
  KindName,
  KINDS,
  Problem,
  problemAt,
  RESOURCE_NAME_PATTERN,
} from 'backstage-plugin-kargo-common';

const MAX_NAME = 63;
const MAX_PREFIX = 253;
/** Resources are found by each of their labels. */
const MOST_LABELS = 1_000;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

const LABEL_VALUE = {
  isGood: (value: string) =>
    value === '' || (value.length <= MAX_NAME && QUALIFIED.test(value)),
  expected:
    'at most 63 letters, digits, "-", "_" and ".", a letter or digit first and last',
};

/**
 * What is wrong with the metadata of a manifest by the rules of Kubernetes: name, project,
 * labels and annotations.
 */
export function metadataProblems(manifest: unknown, kind: KindName): Problem[] {
  const { metadata } = manifest as { metadata?: unknown };
  const given = (
    typeof metadata === 'object' && metadata !== null ? metadata : {}
  ) as Record<string, unknown>;
  return [
    ...nameProblems(manifest, given, kind),
    ...countProblems(manifest, given.labels),
    ...entryProblems(manifest, 'labels', given.labels, LABEL_VALUE),
    ...entryProblems(manifest, 'annotations', given.annotations),
  ];
}

/** Kinds whose name the engine computes. */
const NAMED_BY_ENGINE = new Set<KindName>(['Freight', 'Promotion']);

function nameProblems(
  manifest: unknown,
  metadata: Record<string, unknown>,
  kind: KindName,
): Problem[] {
  const name = metadata.name;
  const problems: Problem[] = [];
  const isNamed =
    typeof name === 'string' &&
    name.length <= 253 &&
    RESOURCE_NAME_PATTERN.test(name);
  if (!isNamed && !(NAMED_BY_ENGINE.has(kind) && name === undefined)) {
    problems.push(
      problemAt(
        manifest,
        ['metadata', 'name'],
        'a lower-case RFC 1123 name of at most 253 characters',
      ),
    );
  }
  if (KINDS[kind].namespaced && !metadata.namespace) {
    problems.push(missingProject(manifest));
  }
  return problems;
}

/** That a manifest of a kind that lies in Projects names none. */
export function missingProject(manifest: unknown): Problem {
  return problemAt(
    manifest,
    ['metadata', 'namespace'],
    'the name of the Project it belongs to',
  );
}

function countProblems(manifest: unknown, labels: unknown): Problem[] {
  const count = Object.keys(labels ?? {}).length;
  return count > MOST_LABELS
    ? [
        problemAt(
          manifest,
          ['metadata', 'labels'],
          `at most ${MOST_LABELS} labels, there are ${count}`,
        ),
      ]
    : [];
}

function entryProblems(
  manifest: unknown,
  field: 'labels' | 'annotations',
  entries: unknown,
  value?: typeof LABEL_VALUE,
): Problem[] {
  if (typeof entries !== 'object' || entries === null) {
    return [];
  }
  return Object.entries(entries).flatMap(([key, entry]) => {
    const path = ['metadata', field, key];
    const problems: Problem[] = [];
    if (!isQualifiedName(key)) {
      problems.push({
        path: formatPath(path),
        found: 'a key that Kubernetes does not allow',
        expected:
          'a name of at most 63 letters, digits, "-", "_" and ".", with at most a DNS name and "/" before it',
      });
    }
    if (value && typeof entry === 'string' && !value.isGood(entry)) {
      problems.push(problemAt(manifest, path, value.expected));
    }
    return problems;
  });
}

/** `name` or `prefix/name`, as the keys of labels and annotations are. */
function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  const [prefix] = parts;
  return (
    parts.length <= 1 &&
    name.length <= MAX_NAME &&
    QUALIFIED.test(name) &&
    (prefix === undefined ||
      (prefix.length <= MAX_PREFIX && RESOURCE_NAME_PATTERN.test(prefix)))
  );
}
