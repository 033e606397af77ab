import { KindName, OLDER_FIELDS } from 'backstage-plugin-kargo-common';
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

/** What the value of an older field is in the newer one, where it is another. */
const TO_VALUE: Readonly<Record<string, (value: unknown) => unknown>> = {
  allowTags: value => (value === '' ? [] : [value]),
  // These were whole tags, which held no patterns.
  ignoreTags: value =>
    Array.isArray(value) ? value.map(toPatternOfTag) : [value],
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
  for (const [type, fields] of Object.entries(OLDER_FIELDS)) {
    for (const [older, newer] of Object.entries(fields)) {
      const config = modern[type];
      if (isObject(config) && Object.hasOwn(config, older)) {
        const names = { older, newer };
        modern[type] = readField(config, names, [...path, type], found);
      }
    }
  }
  return modern;
}

function readField(
  config: Record<string, unknown>,
  { older, newer }: { older: string; newer: string },
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
  return { ...rest, [newer]: TO_VALUE[older]?.(value) ?? value };
}

function toPatternOfTag(tag: unknown): unknown {
  return typeof tag === 'string'
    ? `^${tag.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`
    : tag;
}
