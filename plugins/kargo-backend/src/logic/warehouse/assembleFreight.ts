import {
  ArtifactReference,
  discoveredChart,
  discoveredCommit,
  discoveredImage,
  DiscoveredArtifacts,
  Draft,
  Freight,
  FreightOrigin,
  KARGO_API_VERSION,
} from 'backstage-plugin-kargo-common';

/** The content of Freight before it has a name. */
export type FreightContent = Pick<
  Freight,
  'origin' | 'commits' | 'images' | 'charts' | 'artifacts'
>;

/** Why discovered artifacts cannot become Freight: a reason for `Healthy` and one for `Ready`. */
export interface IncompleteArtifacts {
  healthy: string;
  ready: string;
  message: string;
}

/**
 * What is missing of what a Warehouse is to discover; `undefined` when nothing is. The first
 * offender is reported. What subscriptions of other types have is looked at when Freight is
 * made.
 */
export function findMissingArtifacts(
  found: DiscoveredArtifacts | undefined,
): IncompleteArtifacts | undefined {
  const { git = [], images = [], charts = [], results = [] } = found ?? {};
  if (git.length + images.length + charts.length + results.length === 0) {
    return {
      healthy: 'MissingArtifacts',
      ready: 'MissingArtifacts',
      message: 'No artifacts discovered',
    };
  }
  const commit = git.find(result => result.commits.length === 0);
  if (commit) {
    return {
      healthy: 'NoCommitsDiscovered',
      ready: 'MissingCommits',
      message: `No commits discovered in ${commit.repoURL}`,
    };
  }
  const image = images.find(result => result.references.length === 0);
  if (image) {
    return {
      healthy: 'NoImageReferencesDiscovered',
      ready: 'MissingImageReferences',
      message: `No tags of ${image.repoURL} match the subscription`,
    };
  }
  const chart = charts.find(result => result.versions.length === 0);
  if (chart) {
    return {
      healthy: 'NoChartVersionsDiscovered',
      ready: 'MissingChartVersions',
      message: `No versions of chart ${[chart.repoURL, chart.name]
        .filter(Boolean)
        .join(' ')} match the subscription`,
    };
  }
  return undefined;
}

/** Why no Freight can be made of what was discovered; `undefined` when it can. */
export function findEmptyResult({
  results = [],
}: DiscoveredArtifacts): IncompleteArtifacts | undefined {
  const empty = results.find(result => result.artifactReferences.length === 0);
  return (
    empty && {
      healthy: 'FreightBuildFailure',
      ready: 'FreightCreationFailure',
      message: `No artifacts discovered by subscription ${empty.name}`,
    }
  );
}

/** Freight content from the best entry of every result. */
export function assembleFreight(
  origin: FreightOrigin,
  found: DiscoveredArtifacts,
): FreightContent {
  const commits = (found.git ?? []).map(result =>
    discoveredCommit(result, result.commits[0]),
  );
  const images = (found.images ?? []).map(result =>
    discoveredImage(result, result.references[0]),
  );
  const charts = (found.charts ?? []).map(result =>
    discoveredChart(result, result.versions[0]),
  );
  const artifacts = (found.results ?? []).map(
    ({ artifactReferences: [best] }): ArtifactReference => best,
  );
  return {
    origin,
    ...(commits.length > 0 && { commits }),
    ...(images.length > 0 && { images }),
    ...(charts.length > 0 && { charts }),
    ...(artifacts.length > 0 && { artifacts }),
  };
}

/** A Freight resource from content; the name must be the content's (see `freightName`). */
export function freightDraft(
  content: FreightContent,
  metadata: { namespace: string; name: string },
): Draft<Freight> {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Freight',
    metadata,
    ...content,
  };
}
