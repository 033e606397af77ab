import { KindName } from 'backstage-plugin-kargo-common';
import { readOlderSteps } from '../promotion/olderSteps/readOlderSteps';
import { findSteps } from './findSteps';
import { formatPath, Problem } from './problems';

/** A manifest in the words of today. */
export interface ModernManifest {
  manifest: unknown;
  /** What was read in another place than it was written in. */
  warnings: string[];
  /** Fields that stand there under both of their names. */
  problems: Problem[];
}

/** Names of fields of subscriptions that Kargo swapped in 1.9, by type: old to new. */
const RENAMED = {
  image: ['semverConstraint', 'constraint'],
  git: ['constraint', 'semverConstraint'],
  chart: ['constraint', 'semverConstraint'],
} as const;

/**
 * Reads fields of older releases as the fields that took their place.
 *
 * @remarks Differs: Kargo drops them in silence, so that a constraint of an old manifest
 * constrains nothing any more. Whoever writes both names must say which one counts. Steps
 * stay as they are written; they are read anew when a Promotion is made of them.
 */
export function readOlderSpellings(
  manifest: unknown,
  kind: KindName,
): ModernManifest {
  const steps = findSteps(manifest, kind);
  if (steps) {
    const { warnings, problems } = readOlderSteps(steps.list, {
      path: steps.path,
      isTask: kind !== 'Stage',
    });
    return { manifest, warnings, problems };
  }
  const modern: ModernManifest = { manifest, warnings: [], problems: [] };
  const { spec } = manifest as { spec?: { subscriptions?: unknown } };
  if (kind !== 'Warehouse' || !Array.isArray(spec?.subscriptions)) {
    return modern;
  }
  const subscriptions = spec.subscriptions.map((subscription, index) =>
    readSubscription(subscription, ['spec', 'subscriptions', index], modern),
  );
  return {
    ...modern,
    manifest: { ...(manifest as object), spec: { ...spec, subscriptions } },
  };
}

function readSubscription(
  subscription: unknown,
  path: Array<string | number>,
  { warnings, problems }: ModernManifest,
): unknown {
  if (!isObject(subscription)) {
    return subscription;
  }
  const modern: Record<string, unknown> = { ...subscription };
  for (const [type, [older, newer]] of Object.entries(RENAMED)) {
    const fields = modern[type];
    if (!isObject(fields) || !Object.hasOwn(fields, older)) {
      continue;
    }
    const place = formatPath([...path, type, older]);
    const { [older]: value, ...rest } = fields;
    if (rest[newer] !== undefined && rest[newer] !== null) {
      modern[type] = rest;
      problems.push({
        path: place,
        found: `the older name of "${newer}" beside it`,
        expected: `only "${newer}"`,
      });
    } else {
      warnings.push(
        `${place}: this is the name that "${newer}" had in older releases; it is read as that`,
      );
      modern[type] = { ...rest, [newer]: value };
    }
  }
  return modern;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
