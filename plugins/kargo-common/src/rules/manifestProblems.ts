import { z } from 'zod';
import { KindName, KINDS } from '../model/kinds';
import { MANIFEST_KINDS } from '../model/manifestKinds';
import { suggestField } from './suggestField';

/** One thing that is wrong with a manifest. @public */
export interface Problem {
  /** `spec.subscriptions[0].image.repoURL`; `(root)` for the document itself. */
  path: string;
  /** What stands there, shortened; values of Secrets are never shown. */
  found: string;
  expected: string;
}

/** A problem, and the way to what it is about. @public */
export interface PlacedProblem {
  place: readonly PropertyKey[];
  problem: Problem;
}

/** `path: found …, expected …` @public */
export function formatProblem(problem: Problem): string {
  return `${problem.path}: found ${problem.found}, expected ${problem.expected}`;
}

/** A path in the notation of manifests: dots for keys, brackets for positions. @public */
export function formatPath(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((joined, part) => {
    if (typeof part === 'number') {
      return `${joined}[${part}]`;
    }
    const key = String(part);
    const shown = /^[\w-]+$/.test(key) ? key : `["${key}"]`;
    return joined && !shown.startsWith('[')
      ? `${joined}.${shown}`
      : joined + shown;
  }, '');
  return text || '(root)';
}

/** A problem with a value of a manifest. @public */
export function problemAt(
  manifest: unknown,
  path: readonly PropertyKey[],
  expected: string,
): Problem {
  return {
    path: formatPath(path),
    found: describe(valueAt(manifest, path), path),
    expected,
  };
}

function placedAt(
  manifest: unknown,
  place: readonly PropertyKey[],
  expected: string,
): PlacedProblem {
  return { place, problem: problemAt(manifest, place, expected) };
}

/** That nobody knows a field, and what was probably meant. @public */
export function unknownFieldProblem(
  schema: z.ZodType,
  holder: readonly PropertyKey[],
  field: string,
): PlacedProblem {
  const place = [...holder, field];
  return {
    place,
    problem: {
      path: formatPath(place),
      found: 'an unknown field',
      expected: suggestField(schema, holder, field),
    },
  };
}

/**
 * The kind of a manifest that its schema is to be asked for, or why there is none. Pure.
 *
 * @public
 */
export function identifyManifest(
  manifest: unknown,
): { kind: KindName } | PlacedProblem {
  if (
    typeof manifest !== 'object' ||
    manifest === null ||
    Array.isArray(manifest)
  ) {
    return placedAt(
      manifest,
      [],
      'an object with apiVersion, kind and metadata',
    );
  }
  const { kind, apiVersion } = manifest as Record<string, unknown>;
  const known = MANIFEST_KINDS.find(each => each === kind);
  if (!known) {
    return placedAt(manifest, ['kind'], `one of ${MANIFEST_KINDS.join(', ')}`);
  }
  const info = KINDS[known];
  return apiVersion === info.apiVersion
    ? { kind: known }
    : placedAt(manifest, ['apiVersion'], `"${info.apiVersion}"`);
}

/**
 * Every problem that a schema found, in the order of the manifest: each is put into words when
 * it is asked for, which for many takes its time. Pure.
 *
 * @public
 */
export function* schemaProblems(
  error: z.ZodError,
  manifest: unknown,
  schema: z.ZodType,
): Generator<PlacedProblem, void, undefined> {
  yield* fromIssues(error.issues, manifest, schema, []);
}

type Problems = Generator<PlacedProblem, void, undefined>;
type Issue = z.core.$ZodIssue;

function* fromIssues(
  issues: readonly Issue[],
  manifest: unknown,
  schema: z.ZodType,
  parent: readonly PropertyKey[],
): Problems {
  for (const issue of issues) {
    const path = [...parent, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        yield unknownFieldProblem(schema, path, key);
      }
    } else if (issue.code === 'invalid_union') {
      yield* fromUnion(issue, manifest, schema, path);
    } else {
      yield placedAt(manifest, path, expectedBy(issue));
    }
  }
}

/** Of the alternatives, the one that came furthest says most. */
function* fromUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  manifest: unknown,
  schema: z.ZodType,
  path: readonly PropertyKey[],
): Problems {
  const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
  if (closest?.length) {
    yield* fromIssues(closest, manifest, schema, path);
  } else {
    yield placedAt(manifest, path, 'another value');
  }
}

/** What texts of a format look like, which a schema itself does not say. */
const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time such as "2026-01-31T12:00:00Z"',
};

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'record'
        ? 'an object'
        : withArticle(issue.expected);
    case 'invalid_value':
      return `one of ${issue.values.map(quote).join(', ')}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? withoutFound(issue.message);
    case 'too_small':
      return bound('at least', issue.minimum, issue.origin);
    case 'too_big':
      return bound('at most', issue.maximum, issue.origin);
    default:
      return withoutFound(issue.message);
  }
}

function withoutFound(message: string): string {
  return message.replace(/^expected /, '').replace(/, found .*$/, '');
}

function bound(word: string, limit: number | bigint, origin: string): string {
  if (origin === 'string') {
    return `${word} ${limit} characters`;
  }
  return origin === 'array' ? `${word} ${limit} elements` : `${word} ${limit}`;
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function valueAt(manifest: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    manifest,
  );
}

const SHOWN = 60;

function describe(value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (Array.isArray(value)) {
    return `a list of ${value.length}`;
  }
  if (typeof value === 'object' && value !== null) {
    return 'an object';
  }
  if (value !== null && (path[0] === 'data' || path[0] === 'stringData')) {
    return `a ${typeof value}`;
  }
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
