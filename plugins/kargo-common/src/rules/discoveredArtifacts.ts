import { Chart, GitCommit, Image } from '../model/references';
import {
  ChartDiscoveryResult,
  DiscoveredCommit,
  DiscoveredImageReference,
  GitDiscoveryResult,
  ImageDiscoveryResult,
} from '../model/Warehouse';

/** A commit that discovery lists, as Freight holds it. @public */
export function discoveredCommit(
  { repoURL, subscriptionName }: Omit<GitDiscoveryResult, 'commits'>,
  commit: DiscoveredCommit,
): GitCommit {
  return compact({
    repoURL,
    id: commit.id,
    branch: commit.branch,
    tag: commit.tag,
    message: commit.subject,
    author: commit.author,
    committer: commit.committer,
    subscriptionName,
  });
}

/** An image that discovery lists, as Freight holds it. @public */
export function discoveredImage(
  { repoURL, subscriptionName }: Omit<ImageDiscoveryResult, 'references'>,
  image: DiscoveredImageReference,
): Image {
  return compact({
    repoURL,
    tag: image.tag,
    digest: image.digest,
    annotations: image.annotations,
    subscriptionName,
  });
}

/** A version of a chart that discovery lists, as Freight holds it. @public */
export function discoveredChart(
  { repoURL, name, subscriptionName }: Omit<ChartDiscoveryResult, 'versions'>,
  version: string,
): Chart {
  return compact({ repoURL, name, version, subscriptionName });
}

/** Drops absent and empty members, as Kargo's JSON does. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, member]) => member !== undefined && member !== '',
    ),
  ) as T;
}
