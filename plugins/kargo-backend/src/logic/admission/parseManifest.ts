import {
  formatProblem,
  identifyManifest,
  isClosedAt,
  KindName,
  MANIFESTS,
  Problem,
  problemAt,
  pruneManifest,
  schemaProblems,
  unknownFieldProblem,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { isObject } from '../isObject';
import { isEqualJson } from '../mergePatch';
import { mapInSlices, Slices } from '../slices';
import { metadataProblems } from './metadataProblems';
import { readOlderSpellings } from './olderSpellings';
import { ManifestContext, ParsedManifest } from './ParsedManifest';
import { InvalidResourceError } from './InvalidResourceError';
import { rulesFor } from './rules/rulesFor';
import { textsIn } from './textsIn';
import { warningsFor } from './warnings';

/** Most lists, mappings and scalars of a manifest, beside those of its status. */
const MOST_VALUES = 20_000;

/**
 * Checks a manifest against its kind's schema and rules and fills in defaults.
 *
 * @remarks
 * Fields that nobody knows are left out with a warning, as an API server does, and so are
 * fields whose value is null; fields of older releases are read as those of today. A
 * Warehouse's subscriptions are closed since Kargo 1.12.6:
 * there a field that nobody knows is refused, since most are constraints in the wrong place.
 *
 * What looks at each item stops after it; a schema is asked, and a manifest stored, in one go,
 * and that is what the number of values bounds.
 *
 * @throws InvalidResourceError with every problem at once.
 */
export function* parseManifest(
  manifest: unknown,
  context: ManifestContext,
): Slices<ParsedManifest> {
  const kind = kindOf(manifest);
  const subject = subjectOf(manifest, kind);
  assertFewValues(manifest, subject, context);
  const schema = MANIFESTS[kind];
  const modern = yield* readOlderSpellings(manifest, kind);
  const pruned = pruneManifest(modern.manifest, schema, path =>
    isClosedAt(kind, path),
  );
  yield;
  const parsed = schema.safeParse(pruned.manifest);
  yield;
  const known = (
    parsed.success ? parsed.data : pruned.manifest
  ) as ParsedManifest;
  const unknown = yield* mapInSlices(
    pruned.unknown,
    ({ holder, field }) => unknownFieldProblem(schema, holder, field).problem,
  );
  const { unknownFields = 'warn' } = context;
  const problems = [
    ...modern.problems,
    ...(unknownFields === 'refuse' ? unknown : []),
    ...(parsed.success
      ? []
      : yield* mapInSlices(
          schemaProblems(parsed.error, pruned.manifest, schema),
          ({ problem }) => problem,
        )),
    ...metadataProblems(pruned.manifest, kind),
    ...nulProblems(pruned.manifest, kind),
    ...(yield* rulesFor(kind, known, context)),
  ];
  if (isOfMetadataAlone(modern.manifest, problems, schema, context)) {
    return { ...known, spec: specOf(context.stored) };
  }
  if (problems.length > 0 || !parsed.success) {
    throw new InvalidResourceError(subject, [
      ...problems,
      ...(unknownFields === 'refuse' ? [] : unknown),
    ]);
  }
  for (const warning of modern.warnings) {
    context.warn?.(`${subject}: ${warning}`);
  }
  for (const problem of unknownFields === 'warn' ? unknown : []) {
    context.warn?.(`${subject}: ignored ${formatProblem(problem)}`);
  }
  for (const warning of yield* warningsFor(known, context)) {
    context.warn?.(`${subject}: ${warning}`);
  }
  return parsed.data as ParsedManifest;
}

/**
 * Whether all that is wrong with a manifest stands in the spec, which it leaves as it is. What is
 * stored has defaults that a manifest need not say.
 */
function isOfMetadataAlone(
  manifest: unknown,
  problems: readonly Problem[],
  schema: z.ZodType,
  { stored }: ManifestContext,
): boolean {
  const storedSpec = specOf(stored);
  if (
    storedSpec === undefined ||
    problems.length === 0 ||
    !problems.every(({ path }) => /^spec\b/.test(path))
  ) {
    return false;
  }
  const completed = (spec: unknown) =>
    completedSpec({ ...(manifest as object), spec }, schema);
  return isEqualJson(completed(specOf(manifest)), completed(storedSpec));
}

/** The spec with its defaults beside what its author wrote, also what nobody knows. */
function completedSpec(
  manifest: { spec: unknown },
  schema: z.ZodType,
): unknown {
  const parsed = schema.safeParse(pruneManifest(manifest, schema).manifest);
  return parsed.success
    ? withDefaults(manifest.spec, specOf(parsed.data))
    : manifest.spec;
}

function withDefaults(written: unknown, completed: unknown): unknown {
  if (Array.isArray(written) && Array.isArray(completed)) {
    return written.map((element, index) =>
      withDefaults(element, completed[index]),
    );
  }
  if (!isObject(written) || !isObject(completed)) {
    return written;
  }
  const own = Object.entries(written).map(([field, value]) => [
    field,
    withDefaults(value, completed[field]),
  ]);
  return { ...completed, ...Object.fromEntries(own) };
}

function specOf(resource: unknown): unknown {
  return (resource as { spec?: unknown } | undefined)?.spec;
}

/**
 * @throws InvalidResourceError for a manifest of more than {@link MOST_VALUES}, unless what is
 * stored holds as many beside its metadata.
 */
function assertFewValues(
  manifest: unknown,
  subject: string,
  { stored }: ManifestContext,
): void {
  const { status: _, ...kept } = manifest as { status?: unknown };
  const isTooMuch = countValues(kept, MOST_VALUES) > MOST_VALUES;
  if (isTooMuch && !(stored && isNoMoreThan(stored, kept))) {
    throw new InvalidResourceError(subject, [
      {
        path: '(root)',
        found: `more than ${MOST_VALUES} values`,
        expected: `at most ${MOST_VALUES} lists, mappings and scalars beside the status; what is used together with few others can be a resource of its own`,
      },
    ]);
  }
}

/** Whether a manifest holds no more than what is stored, whose metadata may grow up to the limit. */
function isNoMoreThan(stored: object, manifest: object): boolean {
  const { metadata, ...content } = manifest as { metadata?: unknown };
  const {
    metadata: _metadata,
    status: _status,
    ...known
  } = stored as { metadata?: unknown; status?: unknown };
  const most = countValues(known, Infinity);
  return (
    countValues(metadata, MOST_VALUES) <= MOST_VALUES &&
    countValues(content, most) <= most
  );
}

/** How many values there are in one, itself among them; counts no further than to one above the limit. */
function countValues(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) {
    return 1;
  }
  let count = 1;
  for (const member of Object.values(value)) {
    count += countValues(member, limit - count);
    if (count > limit) {
      break;
    }
  }
  return count;
}

/** PostgreSQL keeps no NUL. Values of Secrets are kept as bytes. */
function nulProblems(manifest: unknown, kind: KindName): Problem[] {
  const {
    data: _,
    stringData: _text,
    ...rest
  } = manifest as {
    data?: unknown;
    stringData?: unknown;
  };
  const problems = new Map<string, Problem>();
  for (const { text, path } of textsIn(kind === 'Secret' ? rest : manifest)) {
    if (text.includes('\0')) {
      const problem = problemAt(
        manifest,
        path,
        'a text without NUL characters',
      );
      problems.set(problem.path, { ...problem, found: 'a NUL character' });
    }
  }
  return [...problems.values()];
}

function kindOf(manifest: unknown): KindName {
  const identified = identifyManifest(manifest);
  if ('kind' in identified) {
    return identified.kind;
  }
  const { place, problem } = identified;
  const subject =
    place[0] === 'apiVersion'
      ? subjectOf(manifest, (manifest as { kind: string }).kind)
      : 'The document';
  throw new InvalidResourceError(subject, [problem]);
}

function subjectOf(manifest: unknown, kind: string): string {
  const name = (manifest as { metadata?: { name?: unknown } }).metadata?.name;
  return typeof name === 'string' ? `${kind} '${name}'` : kind;
}
