import { findCommitURL, FreightArtifact } from 'backstage-plugin-kargo-common';

/** The page of an artifact, where its host has one that we know. */
export function artifactLink(artifact: FreightArtifact): string | undefined {
  const { kind, source, version, revision } = artifact;
  switch (kind) {
    case 'image':
      return imagePage(source, version);
    case 'commit':
      return findCommitURL(source, revision.slice(revision.indexOf('@') + 1));
    case 'chart':
      return /^https?:\/\//i.test(source) ? source : undefined;
    default:
      return undefined;
  }
}

/** The page of a git repository, where its host has one that we know. */
export function repositoryPage(repoURL: string): string | undefined {
  // Hosts keep commits below the page of their repository.
  return findCommitURL(repoURL, '')?.replace(/\/(-\/)?commits?\/$/, '');
}

function imagePage(source: string, tag: string): string | undefined {
  const [host, ...rest] = source.split('/');
  const query = new URLSearchParams({ tab: 'tags', tag });
  if (host === 'quay.io') {
    return `https://quay.io/repository/${rest.join('/')}?${query}`;
  }
  // A registry's name has a dot or a port; without one it is Docker Hub's.
  const isHub = host === 'docker.io' || !/[.:]|^localhost$/.test(host);
  if (!isHub) {
    return host === 'ghcr.io' ? `https://${source}` : undefined;
  }
  const path = host === 'docker.io' ? rest : [host, ...rest];
  const names = path.length === 1 ? ['library', ...path] : path;
  const search = new URLSearchParams({ name: tag });
  return `https://hub.docker.com/r/${names.join('/')}/tags?${search}`;
}
