import { isObject } from './isObject';
import { formatPath, PlacedProblem } from './manifestProblems';

/** The subscriptions of a Warehouse in the words of today. @public */
export interface ModernSubscriptions {
  manifest: unknown;
  /** What was read in another place than it was written in. */
  warnings: Array<{ place: readonly PropertyKey[]; message: string }>;
  /** Fields that stand there under both of their names. */
  problems: PlacedProblem[];
}

/**
 * Fields of subscriptions in older releases, by type, and the fields that took their place.
 * The names of constraints were swapped in Kargo 1.9, filters of tags taken out in 1.11.
 */
const OLDER_FIELDS: {
  readonly [type: string]: { readonly [older: string]: string };
} = {
  image: {
    semverConstraint: 'constraint',
    allowTags: 'allowTagsRegexes',
    ignoreTags: 'ignoreTagsRegexes',
  },
  git: {
    constraint: 'semverConstraint',
    allowTags: 'allowTagsRegexes',
    ignoreTags: 'ignoreTagsRegexes',
  },
  chart: { constraint: 'semverConstraint' },
};

/** What the value of an older field is in the newer one, where it is another. */
const TO_VALUE: Readonly<Record<string, (value: unknown) => unknown>> = {
  allowTags: value => (value === '' ? [] : [value]),
  // These were whole tags, which held no patterns.
  ignoreTags: value =>
    Array.isArray(value) ? value.map(toPatternOfTag) : [value],
};

/**
 * Reads fields of older releases in the subscriptions of a Warehouse as the fields that took
 * their place. Pure.
 *
 * @public
 */
export function readOlderSubscriptions(manifest: unknown): ModernSubscriptions {
  const modern: ModernSubscriptions = { manifest, warnings: [], problems: [] };
  const spec = isObject(manifest) ? manifest.spec : undefined;
  if (!isObject(spec) || !Array.isArray(spec.subscriptions)) {
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
  found: ModernSubscriptions,
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
  { warnings, problems }: ModernSubscriptions,
): Record<string, unknown> {
  const place = [...path, older];
  const { [older]: value, ...rest } = config;
  if (rest[newer] !== undefined && rest[newer] !== null) {
    problems.push({
      place,
      problem: {
        path: formatPath(place),
        found: `the older name of "${newer}" beside it`,
        expected: `only "${newer}"`,
      },
    });
    return rest;
  }
  if (value === undefined || value === null) {
    return rest;
  }
  const message = `${formatPath(
    place,
  )}: this is the name that "${newer}" had in older releases; it is read as that`;
  warnings.push({ place, message });
  return { ...rest, [newer]: TO_VALUE[older]?.(value) ?? value };
}

function toPatternOfTag(tag: unknown): unknown {
  return typeof tag === 'string'
    ? `^${tag.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`
    : tag;
}
