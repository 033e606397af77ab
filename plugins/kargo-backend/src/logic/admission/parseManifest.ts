import {
  KindName,
  KINDS,
  MANIFESTS,
  ManifestMetadata,
  RESOURCE_NAME_PATTERN,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import {
  InvalidResourceError,
  Problem,
  problemAt,
  problemsOf,
} from './problems';
import { rulesFor } from './rules';

/** A manifest that passed its schema: defaults are filled in. */
export type ParsedManifest = {
  apiVersion: string;
  kind: KindName;
  metadata: z.output<typeof ManifestMetadata>;
} & Record<string, unknown>;

/** Facts that a manifest is checked against. */
export interface ManifestContext {
  /** Subscription types beyond the built-in ones. */
  subscriptionTypes: readonly string[];
}

/**
 * Checks a manifest against its kind's schema and rules and fills in defaults.
 *
 * @throws InvalidResourceError with every problem at once.
 */
export function parseManifest(
  manifest: unknown,
  context: ManifestContext,
): ParsedManifest {
  const kind = kindOf(manifest);
  const parsed = MANIFESTS[kind].safeParse(manifest);
  const naming = nameProblems(manifest, kind);
  const schema = parsed.success
    ? []
    : problemsOf(parsed.error, manifest, MANIFESTS[kind]);
  const rules = rulesFor(
    kind,
    (parsed.success ? parsed.data : manifest) as ParsedManifest,
    context,
  );
  const problems = [...schema, ...naming, ...rules];
  if (problems.length > 0 || !parsed.success) {
    throw new InvalidResourceError(subjectOf(manifest, kind), problems);
  }
  return parsed.data as ParsedManifest;
}

function kindOf(manifest: unknown): KindName {
  const isObject = typeof manifest === 'object' && manifest !== null;
  if (!isObject || Array.isArray(manifest)) {
    throw new InvalidResourceError('The document', [
      problemAt(manifest, [], 'an object with apiVersion, kind and metadata'),
    ]);
  }
  const { kind, apiVersion } = manifest as Record<string, unknown>;
  if (typeof kind !== 'string' || !(kind in KINDS)) {
    throw new InvalidResourceError('The document', [
      problemAt(manifest, ['kind'], `one of ${Object.keys(KINDS).join(', ')}`),
    ]);
  }
  const info = KINDS[kind as KindName];
  if (apiVersion !== info.apiVersion) {
    throw new InvalidResourceError(subjectOf(manifest, kind), [
      problemAt(manifest, ['apiVersion'], `"${info.apiVersion}"`),
    ]);
  }
  return kind as KindName;
}

function subjectOf(manifest: unknown, kind: string): string {
  const name = (manifest as { metadata?: { name?: unknown } }).metadata?.name;
  return typeof name === 'string' ? `${kind} '${name}'` : kind;
}

/** Kinds whose name the engine computes. */
const NAMED_BY_ENGINE = new Set<KindName>(['Freight', 'Promotion']);

function nameProblems(manifest: unknown, kind: KindName): Problem[] {
  const metadata = (manifest as { metadata?: Record<string, unknown> })
    .metadata;
  const name = metadata?.name;
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
  if (KINDS[kind].namespaced && !metadata?.namespace) {
    problems.push(
      problemAt(
        manifest,
        ['metadata', 'namespace'],
        'the name of the Project it belongs to',
      ),
    );
  }
  return problems;
}
