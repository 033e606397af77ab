import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { ClusterAccess, readClusterAccess } from './readClusterAccess';

/** A cluster that Argo CD runs in. */
export interface ArgoCdClusterConfig {
  /** Also the name of the shard that it serves. */
  name: string;
  /** Where Applications are whose namespace is not told. */
  namespace: string;
  /** Argo CD's own pages. */
  uiUrl?: string;
  access: ClusterAccess;
}

const DEFAULT_NAMESPACE = 'argocd';

/**
 * Reads `kargo.argocd.clusters`.
 *
 * @throws InputError that names the key
 */
export function readArgoCdClusters(
  config: Config | undefined,
): ArgoCdClusterConfig[] {
  const clusters = (
    config?.getOptionalConfigArray('argocd.clusters') ?? []
  ).map(readCluster);
  const names = clusters.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(
      `kargo.argocd.clusters has two clusters with the name '${twice}'`,
    );
  }
  return clusters;
}

function readCluster(config: Config, index: number): ArgoCdClusterConfig {
  const key = `kargo.argocd.clusters[${index}]`;
  const uiUrl = config.getOptionalString('uiUrl');
  return {
    name: config.getString('name'),
    namespace: config.getOptionalString('namespace') ?? DEFAULT_NAMESPACE,
    ...(uiUrl && { uiUrl }),
    access: readClusterAccess(config, key),
  };
}
