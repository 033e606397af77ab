import {
  Subscription,
  subscriptionType,
  WarehouseSpec,
} from 'backstage-plugin-kargo-common';
import {
  assertAcceptedPattern,
  assertAcceptedSize,
  compilePattern,
} from '../../boundedPattern';
import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
} from '../../repoUrls';
import { isTag } from '../../selection/imageReference';
import { parsePathSelector } from '../../selection/pathFilters';
import { parseConstraint } from '../../selection/semverConstraint';
import { Slices } from '../../slices';
import type { ManifestContext } from '../ParsedManifest';
import { attempt, isRepeated, Path, Report } from './report';

export function* checkWarehouse(
  spec: WarehouseSpec,
  context: ManifestContext,
  report: Report,
): Slices<void> {
  const seen = new Map<string, number>();
  const names = new Set<string>();
  for (const [index, subscription] of spec.subscriptions.entries()) {
    const path = ['spec', 'subscriptions', index];
    const identity = identityOf(subscription);
    const first = seen.get(identity);
    if (first !== undefined) {
      report(
        path,
        `another repository than subscription ${first} (${identity})`,
      );
    }
    seen.set(identity, index);
    yield* checkSubscription(subscription, context, path, report);
    const { name } = subscription;
    if (name && isRepeated(name, names)) {
      report([...path, 'name'], 'a unique name');
    }
    yield;
  }
}

/** What must be unique in a Warehouse. */
function identityOf(subscription: Subscription): string {
  const { git, image, chart, name } = subscription;
  if (git) {
    return `git ${normalizeGitURL(git.repoURL)}`;
  }
  if (image) {
    return `image ${normalizeImageURL(image.repoURL)}`;
  }
  if (chart) {
    const isClassic = /^https?:/.test(chart.repoURL);
    return `chart ${normalizeChartURL(chart.repoURL)} ${
      isClassic ? chart.name ?? '' : ''
    }`.trim();
  }
  return `${subscriptionType(subscription)} named ${name}`;
}

function* checkSubscription(
  subscription: Subscription,
  context: ManifestContext,
  path: Path,
  report: Report,
): Slices<void> {
  const { git, image, chart, name } = subscription;
  if (git) {
    checkConstraint(
      git.semverConstraint,
      [...path, 'git', 'semverConstraint'],
      report,
    );
    yield* checkTagPatterns(git, [...path, 'git'], report);
    yield* checkPaths(
      git.includePaths,
      [...path, 'git', 'includePaths'],
      report,
    );
    yield* checkPaths(
      git.excludePaths,
      [...path, 'git', 'excludePaths'],
      report,
    );
  } else if (image) {
    yield* checkTagPatterns(image, [...path, 'image'], report);
    if (image.imageSelectionStrategy === 'SemVer') {
      checkConstraint(
        image.constraint,
        [...path, 'image', 'constraint'],
        report,
      );
    }
    const { imageSelectionStrategy: strategy, constraint = '' } = image;
    const isUncached = strategy !== 'Digest' && !image.cacheByTag;
    if (isUncached && context.installation?.requiresCacheByTag) {
      report(
        [...path, 'image', 'cacheByTag'],
        'true, which this portal requires (kargo.discovery.cacheByTagPolicy)',
      );
    }
    if (strategy === 'Digest' && !isTag(constraint)) {
      report(
        [...path, 'image', 'constraint'],
        constraint
          ? 'a tag, of at most 128 letters, digits, "_", "-" and "."'
          : 'the mutable tag to follow, which the Digest strategy needs',
      );
    }
  } else if (chart) {
    checkConstraint(
      chart.semverConstraint,
      [...path, 'chart', 'semverConstraint'],
      report,
    );
    const isOci = chart.repoURL.startsWith('oci://');
    if (isOci === !!chart.name) {
      report(
        [...path, 'chart', 'name'],
        isOci
          ? 'nothing: an oci:// URL names the chart itself'
          : 'the name of a chart in the repository',
      );
    }
  } else {
    const type = subscriptionType(subscription);
    if (!context.subscriptionTypes.includes(type)) {
      report(
        [...path, type],
        `an installed subscription type (${context.subscriptionTypes.join(
          ', ',
        )})`,
      );
    }
    if (!name) {
      report([...path, 'name'], `a name, which ${type} subscriptions need`);
    }
  }
}

function checkConstraint(
  constraint: string | undefined,
  path: Path,
  report: Report,
): void {
  if (constraint) {
    attempt(
      () => parseConstraint(constraint),
      path,
      'a semver constraint such as "^1.2.0"',
      report,
    );
  }
}

function* checkTagPatterns(
  patterns: { allowTagsRegexes?: string[]; ignoreTagsRegexes?: string[] },
  path: Path,
  report: Report,
): Slices<void> {
  for (const field of ['allowTagsRegexes', 'ignoreTagsRegexes'] as const) {
    for (const [index, pattern] of (patterns[field] ?? []).entries()) {
      attempt(
        () => {
          assertAcceptedSize(pattern);
          compilePattern(pattern);
        },
        [...path, field, index],
        'a regular expression (RE2)',
        report,
      );
      yield;
    }
  }
}

function* checkPaths(
  selectors: string[] | undefined,
  path: Path,
  report: Report,
): Slices<void> {
  for (const [index, selector] of (selectors ?? []).entries()) {
    attempt(
      () => {
        assertAcceptedPattern(selector);
        parsePathSelector(selector);
      },
      [...path, index],
      'a folder, "glob:…" or "regex:…"',
      report,
    );
    yield;
  }
}
