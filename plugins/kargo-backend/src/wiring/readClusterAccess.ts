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

/**
 * Reads how a cluster is reached.
 *
 * @param key - of the configuration, for messages
 * @throws InputError that names the key
 */
export function readClusterAccess(config: Config, key: string): ClusterAccess {
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
