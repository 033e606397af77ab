import { findCommitURL, FreightArtifact } from 'backstage-plugin-kargo-common';
import { registryPage } from './registryPage';

/** The page of an artifact, where its host has one that we know. */
export function artifactLink(artifact: FreightArtifact): string | undefined {
  const { kind, source, version, revision } = artifact;
  switch (kind) {
    case 'image':
      return registryPage(source, version);
    case 'commit':
      return findCommitURL(source, revision.slice(revision.indexOf('@') + 1));
    case 'chart':
      return source.startsWith('oci://')
        ? registryPage(source, version)
        : undefined;
    default:
      return undefined;
  }
}

/** The page of the repository that an artifact is from, where its host has one that we know. */
export function sourceLink(
  artifact: Pick<FreightArtifact, 'kind' | 'source'>,
): string | undefined {
  const { kind, source } = artifact;
  switch (kind) {
    case 'image':
      return registryPage(source);
    case 'commit':
      return gitPage(source);
    case 'chart':
      return chartPage(source);
    default:
      return undefined;
  }
}

function gitPage(repoURL: string): string | undefined {
  // Hosts keep commits below the page of their repository.
  return findCommitURL(repoURL, '')?.replace(/\/(-\/)?commits?\/$/, '');
}

function chartPage(source: string): string | undefined {
  if (source.startsWith('oci://')) {
    return registryPage(source);
  }
  // The chart's name follows the address of its repository, and has no page of its own.
  return /^https?:\/\//i.test(source)
    ? source.replace(/\/+[^/]*$/, '')
    : undefined;
}
