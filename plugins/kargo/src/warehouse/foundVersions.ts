import { DiscoveredArtifacts } from 'backstage-plugin-kargo-common';

/** What a subscription found, best first. */
export interface FoundVersions {
  source: string;
  versions: string[];
}

/** What was found, one entry for each subscription that could be read. */
export function foundVersions(found: DiscoveredArtifacts): FoundVersions[] {
  const { images = [], charts = [], git = [], results = [] } = found;
  return [
    ...images.map(({ repoURL, subscriptionName, references }) => ({
      source: subscriptionName ?? repoURL,
      versions: references.map(({ tag }) => tag),
    })),
    ...charts.map(({ repoURL, name, subscriptionName, versions }) => ({
      source: subscriptionName ?? (name ? `${repoURL}/${name}` : repoURL),
      versions,
    })),
    ...git.map(({ repoURL, subscriptionName, commits }) => ({
      source: subscriptionName ?? repoURL,
      versions: commits.map(({ id, tag }) => tag ?? id.slice(0, 7)),
    })),
    ...results.map(({ name, artifactReferences }) => ({
      source: name,
      versions: artifactReferences.map(({ version }) => version),
    })),
  ];
}
