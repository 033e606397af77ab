import {
  ChartSubscription,
  GitDiscoveryResult,
  GitSubscription,
  ImageSubscription,
  Subscription,
} from 'backstage-plugin-kargo-common';
import type { PushedArtifacts } from 'backstage-plugin-kargo-node';
import { toBranchName } from '../branchName';
import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
} from '../repoUrls';
import { compileChartVersionFilter } from '../selection/chartVersions';
import { compileGitTagFilter } from '../selection/gitTags';
import { compilePathFilter } from '../selection/pathFilters';
import { compileSemverTagFilter } from '../selection/semverTags';
import { isSignatureTag } from '../selection/signatureTags';
import { compileTagPatterns } from '../selection/tagPatterns';
import { SubscribedURLs } from '../subscribedURLs';

/** Whether a push may concern a Warehouse; `broken` when its subscriptions cannot say. */
export type RefreshDecision =
  | { kind: 'refresh' }
  | { kind: 'skip' }
  | { kind: 'broken'; reason: string };

const NORMALIZE = {
  git: normalizeGitURL,
  image: normalizeImageURL,
  chart: normalizeChartURL,
};

/** The addresses of what was pushed to, as Warehouses are found by them. */
export function pushedURLs({ repositories }: PushedArtifacts): string[] {
  return [
    ...new Set(
      repositories
        .filter(({ url }) => url !== '')
        .map(({ kind, url }) => NORMALIZE[kind](url)),
    ),
  ];
}

/**
 * Decides whether a Warehouse looks for artifacts because of a push: one of its
 * subscriptions has an address that was pushed to, and takes something of what was pushed.
 *
 * @remarks
 * It takes as little as it can know: a filter that needs more than names and paths is left to
 * discovery, and so is all that a type of an extension filters by. Differs: in Kargo one
 * Warehouse with a broken filter makes the whole request fail.
 */
export function decideRefresh(
  subscriptions: readonly Subscription[],
  push: PushedArtifacts,
  {
    subscribedURLs,
    discovered = [],
  }: {
    subscribedURLs: SubscribedURLs;
    /** What was found of git the last time; the default branch that it tells is followed. */
    discovered?: readonly GitDiscoveryResult[];
  },
): RefreshDecision {
  const urls = new Set(pushedURLs(push));
  let broken: string | undefined;
  for (const subscription of subscriptions) {
    try {
      const isPushedTo = subscribedURLs(subscription).some(url =>
        urls.has(url),
      );
      if (isPushedTo && accepts(subscription, push, discovered)) {
        return { kind: 'refresh' };
      }
    } catch (error) {
      broken ??= error instanceof Error ? error.message : String(error);
    }
  }
  return broken === undefined
    ? { kind: 'skip' }
    : { kind: 'broken', reason: broken };
}

function accepts(
  { git, image, chart }: Subscription,
  push: PushedArtifacts,
  discovered: readonly GitDiscoveryResult[],
): boolean {
  const { qualifiers } = push;
  if (qualifiers.length === 0) {
    // An untagged manifest, for example: what it is, only discovery can find out.
    return true;
  }
  if (git) {
    const last = discovered.find(({ repoURL }) => repoURL === git.repoURL);
    const isWanted = refFilter(git, push.defaultBranch ?? last?.defaultBranch);
    return qualifiers.some(isWanted) && acceptsFiles(git, push);
  }
  if (image) {
    return qualifiers.some(imageFilter(image));
  }
  // What an extension makes of a tag or a branch, only its discovery knows.
  return !chart || qualifiers.some(chartFilter(chart));
}

type QualifierFilter = (qualifier: string) => boolean;

function refFilter(
  config: GitSubscription,
  defaultBranch: string | undefined,
): QualifierFilter {
  if (config.commitSelectionStrategy !== 'NewestFromBranch') {
    const isWanted = compileGitTagFilter(config);
    const prefix = 'refs/tags/';
    return ref => ref.startsWith(prefix) && isWanted(ref.slice(prefix.length));
  }
  const named = config.branch ? toBranchName(config.branch) : defaultBranch;
  const branches = named ? [named] : ['main', 'master'];
  return ref => branches.some(branch => ref === `refs/heads/${branch}`);
}

function acceptsFiles(
  config: GitSubscription,
  { changedFiles = [] }: PushedArtifacts,
): boolean {
  return (
    changedFiles.length === 0 || compilePathFilter(config).accepts(changedFiles)
  );
}

function imageFilter(config: ImageSubscription): QualifierFilter {
  const { imageSelectionStrategy, constraint, strictSemvers } = config;
  if (imageSelectionStrategy === 'Digest') {
    return tag => tag === constraint;
  }
  const isWanted = compileTagPatterns(config);
  const isVersion =
    imageSelectionStrategy === 'SemVer'
      ? compileSemverTagFilter({ constraint, strict: strictSemvers })
      : () => true;
  return tag => !isSignatureTag(tag) && isWanted(tag) && isVersion(tag);
}

function chartFilter(config: ChartSubscription): QualifierFilter {
  return compileChartVersionFilter({
    source: config.repoURL.startsWith('oci://') ? 'oci' : 'classic',
    constraint: config.semverConstraint,
  });
}
