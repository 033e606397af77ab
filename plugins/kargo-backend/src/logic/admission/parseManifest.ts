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
import { isEqualJson } from '../mergePatch';
import { metadataProblems } from './metadataProblems';
import { readOlderSpellings } from './olderSpellings';
import { ManifestContext, ParsedManifest } from './ParsedManifest';
import { InvalidResourceError } from './problems';
import { rulesFor } from './rules';
import { visitTexts } from './visitTexts';
import { warningsFor } from './warnings';

/**
 * Checks a manifest against its kind's schema and rules and fills in defaults.
 *
 * @remarks
 * Fields that nobody knows are left out with a warning, as an API server does, and so are
 * fields whose value is null; fields of older releases are read as those of today. A
 * Warehouse's subscriptions are closed since Kargo 1.12.6:
 * there a field that nobody knows is refused, since most are constraints in the wrong place.
 *
 * @throws InvalidResourceError with every problem at once.
 */
export function parseManifest(
  manifest: unknown,
  context: ManifestContext,
): ParsedManifest {
  const kind = kindOf(manifest);
  const schema = MANIFESTS[kind];
  const modern = readOlderSpellings(manifest, kind);
  const pruned = pruneManifest(modern.manifest, schema, path =>
    isClosedAt(kind, path),
  );
  const parsed = schema.safeParse(pruned.manifest);
  const known = (
    parsed.success ? parsed.data : pruned.manifest
  ) as ParsedManifest;
  const unknown = pruned.unknown.map(
    ({ holder, field }) => unknownFieldProblem(schema, holder, field).problem,
  );
  const { unknownFields = 'warn' } = context;
  const problems = [
    ...modern.problems,
    ...(unknownFields === 'refuse' ? unknown : []),
    ...(parsed.success
      ? []
      : schemaProblems(parsed.error, pruned.manifest, schema).map(
          ({ problem }) => problem,
        )),
    ...metadataProblems(pruned.manifest, kind),
    ...nulProblems(pruned.manifest, kind),
    ...rulesFor(kind, known, context),
  ];
  const subject = subjectOf(manifest, kind);
  if (isOfMetadataAlone(manifest, problems, context)) {
    return { ...known, spec: context.storedSpec };
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
  for (const warning of warningsFor(known, context)) {
    context.warn?.(`${subject}: ${warning}`);
  }
  return parsed.data as ParsedManifest;
}

/** Whether all that is wrong with a manifest stands in the spec, which it leaves as it is. */
function isOfMetadataAlone(
  manifest: unknown,
  problems: readonly Problem[],
  { storedSpec }: ManifestContext,
): boolean {
  const { spec } = manifest as { spec?: unknown };
  return (
    storedSpec !== undefined &&
    problems.length > 0 &&
    problems.every(({ path }) => /^spec\b/.test(path)) &&
    isEqualJson(spec, storedSpec)
  );
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
  visitTexts(kind === 'Secret' ? rest : manifest, (text, path) => {
    if (text.includes('\0')) {
      const problem = problemAt(
        manifest,
        path,
        'a text without NUL characters',
      );
      problems.set(problem.path, { ...problem, found: 'a NUL character' });
    }
  });
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
