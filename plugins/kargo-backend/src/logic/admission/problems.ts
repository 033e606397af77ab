import { JsonValue } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { suggestField } from './suggestField';

/** One thing that is wrong with a manifest. */
export interface Problem {
  /** `spec.subscriptions[0].image.repoURL`; `(root)` for the document itself. */
  path: string;
  /** What stands there, shortened; values of Secrets are never shown. */
  found: string;
  expected: string;
}

/** `path: found …, expected …` */
export function formatProblem(problem: Problem): string {
  return `${problem.path}: found ${problem.found}, expected ${problem.expected}`;
}

/** A manifest that was refused, with everything that is wrong with it. */
export class InvalidResourceError extends Error {
  name = 'InvalidResourceError' as const;

  constructor(
    /** `Stage test`, for the message. */
    readonly subject: string,
    readonly problems: Problem[],
  ) {
    super(`${subject} is invalid: ${problems.map(formatProblem).join('; ')}`);
  }
}

type Path = readonly PropertyKey[];

/** A path in the notation of manifests: dots for keys, brackets for positions. */
export function formatPath(path: Path): string {
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

/** A problem with a value of a manifest. */
export function problemAt(
  manifest: unknown,
  path: Path,
  expected: string,
): Problem {
  return {
    path: formatPath(path),
    found: describe(valueAt(manifest, path), path),
    expected,
  };
}

/** Every problem that a schema found, in the order of the manifest. */
export function problemsOf(
  error: z.ZodError,
  manifest: unknown,
  schema: z.ZodType,
): Problem[] {
  return error.issues.flatMap(issue => fromIssue(issue, manifest, schema, []));
}

type Issue = z.core.$ZodIssue;

function fromIssue(
  issue: Issue,
  manifest: unknown,
  schema: z.ZodType,
  parent: Path,
): Problem[] {
  const path = [...parent, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({
        path: formatPath([...path, key]),
        found: 'an unknown field',
        expected: suggestField(schema, path, key),
      }));
    case 'invalid_union':
      return fromUnion(issue, manifest, schema, path);
    case 'invalid_type':
      return [problemAt(manifest, path, withArticle(issue.expected))];
    case 'invalid_value':
      return [
        problemAt(
          manifest,
          path,
          `one of ${issue.values.map(quote).join(', ')}`,
        ),
      ];
    case 'too_small':
      return [
        problemAt(
          manifest,
          path,
          bound('at least', issue.minimum, issue.origin),
        ),
      ];
    case 'too_big':
      return [
        problemAt(
          manifest,
          path,
          bound('at most', issue.maximum, issue.origin),
        ),
      ];
    default:
      return [
        problemAt(
          manifest,
          path,
          issue.message.replace(/^expected /, '').replace(/, found .*$/, ''),
        ),
      ];
  }
}

/** Of the alternatives, the one that came furthest says most. */
function fromUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  manifest: unknown,
  schema: z.ZodType,
  path: Path,
): Problem[] {
  const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
  return closest?.length
    ? closest.flatMap(inner => fromIssue(inner, manifest, schema, path))
    : [problemAt(manifest, path, 'another value')];
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

function valueAt(manifest: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    manifest,
  );
}

const SHOWN = 60;

function describe(value: unknown, path: Path): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (path[0] === 'data' || path[0] === 'stringData') {
    return `a ${typeof value}`;
  }
  if (Array.isArray(value)) {
    return `a list of ${value.length}`;
  }
  if (typeof value === 'object' && value !== null) {
    return 'an object';
  }
  const text = JSON.stringify(value as JsonValue);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
