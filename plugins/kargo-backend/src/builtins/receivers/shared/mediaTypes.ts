import { PushedRepository } from 'backstage-plugin-kargo-node';

const IMAGES = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/**
 * What a repository of a registry holds, by the media type of what was pushed.
 *
 * @remarks Charts and images share the media type of an OCI manifest, so that may be either.
 */
export function repositoriesOf(
  url: string,
  mediaType = '',
): PushedRepository[] {
  if (mediaType.startsWith('application/vnd.cncf.helm')) {
    return [{ kind: 'chart', url }];
  }
  return IMAGES.has(mediaType)
    ? [{ kind: 'image', url }]
    : [
        { kind: 'image', url },
        { kind: 'chart', url },
      ];
}
