import { KindName } from 'backstage-plugin-kargo-common';
import { isObject } from '../isObject';
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

/** A field of a subscription in older releases, and the one that took its place. */
interface OlderField {
  older: string;
  newer: string;
  /** What the value is in the newer field; the same unless told. */
  toValue?: (value: unknown) => unknown;
}

/** Filters of tags that Kargo took out in 1.11, where a subscription with one is never read. */
const TAG_FILTERS: readonly OlderField[] = [
  {
    older: 'allowTags',
    newer: 'allowTagsRegexes',
    toValue: value => (value === '' ? [] : [value]),
  },
  {
    older: 'ignoreTags',
    newer: 'ignoreTagsRegexes',
    // These were whole tags, which held no patterns.
    toValue: value =>
      Array.isArray(value) ? value.map(toPatternOfTag) : [value],
  },
];

/** Fields of subscriptions by type; the names of constraints were swapped in 1.9. */
const RENAMED: Readonly<Record<string, readonly OlderField[]>> = {
  image: [{ older: 'semverConstraint', newer: 'constraint' }, ...TAG_FILTERS],
  git: [{ older: 'constraint', newer: 'semverConstraint' }, ...TAG_FILTERS],
  chart: [{ older: 'constraint', newer: 'semverConstraint' }],
};

/**
 * Reads fields of older releases as the fields that took their place.
 *
 * @remarks Differs: Kargo drops them in silence, so that a constraint of an old manifest
 * constrains nothing any more, or never reads the subscription. Whoever writes both names must say which one counts. Steps
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
  found: ModernManifest,
): unknown {
  if (!isObject(subscription)) {
    return subscription;
  }
  const modern: Record<string, unknown> = { ...subscription };
  for (const [type, fields] of Object.entries(RENAMED)) {
    for (const field of fields) {
      const config = modern[type];
      if (isObject(config) && Object.hasOwn(config, field.older)) {
        modern[type] = readField(config, field, [...path, type], found);
      }
    }
  }
  return modern;
}

function readField(
  config: Record<string, unknown>,
  { older, newer, toValue = same }: OlderField,
  path: Array<string | number>,
  { warnings, problems }: ModernManifest,
): Record<string, unknown> {
  const place = formatPath([...path, older]);
  const { [older]: value, ...rest } = config;
  if (rest[newer] !== undefined && rest[newer] !== null) {
    problems.push({
      path: place,
      found: `the older name of "${newer}" beside it`,
      expected: `only "${newer}"`,
    });
    return rest;
  }
  if (value === undefined || value === null) {
    return rest;
  }
  warnings.push(
    `${place}: this is the name that "${newer}" had in older releases; it is read as that`,
  );
  return { ...rest, [newer]: toValue(value) };
}

function same<T>(value: T): T {
  return value;
}

function toPatternOfTag(tag: unknown): unknown {
  return typeof tag === 'string'
    ? `^${tag.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`
    : tag;
}
