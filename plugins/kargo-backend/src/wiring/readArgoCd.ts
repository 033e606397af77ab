import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** How the API of a cluster is reached. */
export type ClusterAccess =
  | { kind: 'in-cluster' }
  | { kind: 'kubeconfig'; path: string; context?: string }
  | {
      kind: 'url';
      url: string;
      token?: string;
      tokenFile?: string;
      caData?: string;
      caFile?: string;
      skipTLSVerify: boolean;
    };

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
    access: readAccess(config, key),
  };
}

function readAccess(config: Config, key: string): ClusterAccess {
  const url = config.getOptionalString('url');
  const path = config.getOptionalString('kubeconfig.path');
  const inCluster = config.getOptionalBoolean('inCluster') ?? false;
  if ([url, path, inCluster || undefined].filter(Boolean).length !== 1) {
    throw new InputError(
      `${key} must have exactly one of 'url', 'kubeconfig.path' and 'inCluster: true'`,
    );
  }
  if (inCluster) {
    return { kind: 'in-cluster' };
  }
  if (path) {
    const context = config.getOptionalString('kubeconfig.context');
    return { kind: 'kubeconfig', path, ...(context && { context }) };
  }
  return readUrlAccess(config, key, url!);
}

function readUrlAccess(
  config: Config,
  key: string,
  url: string,
): ClusterAccess {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new InputError(`${key}.url must be an http(s) URL, got '${url}'`);
  }
  const token = config.getOptionalString('token');
  const tokenFile = config.getOptionalString('tokenFile');
  const caData = config.getOptionalString('caData');
  const caFile = config.getOptionalString('caFile');
  return {
    kind: 'url',
    url: url.replace(/\/+$/, ''),
    ...(token && { token }),
    ...(tokenFile && { tokenFile }),
    ...(caData && { caData }),
    ...(caFile && { caFile }),
    skipTLSVerify: config.getOptionalBoolean('skipTLSVerify') ?? false,
  };
}
