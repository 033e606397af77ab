import { InputError } from '@backstage/errors';
import { KubeConfig } from '@kubernetes/client-node';
import { kubernetesClient } from '../adapters/kubernetes/client';
import { ClusterAccess } from './readClusterAccess';

/**
 * How a configured cluster is reached.
 *
 * @param settings - where it is configured, for messages
 * @throws InputError when a kubeconfig cannot be read or lacks what is named
 */
export function createKubeConfig(
  { name, access }: { name: string; access: ClusterAccess },
  settings: string,
): KubeConfig {
  const client = kubernetesClient();
  const config = new client.KubeConfig();
  switch (access.kind) {
    case 'in-cluster':
      config.loadFromCluster();
      return config;
    case 'kubeconfig':
      return loadFile(config, `'${name}' in ${settings}`, access);
    default: {
      const { url, token, tokenFile, caData, caFile, skipTLSVerify } = access;
      config.loadFromClusterAndUser(
        {
          name,
          server: url,
          ...(caData && { caData }),
          ...(caFile && { caFile }),
          // Without TLS there is nothing to verify, which the library wants to be told.
          skipTLSVerify: skipTLSVerify || url.startsWith('http:'),
        },
        {
          name,
          ...(token && { token }),
          ...(tokenFile && {
            authProvider: { name: 'tokenFile', config: { tokenFile } },
          }),
        },
      );
      return config;
    }
  }
}

function loadFile(
  config: KubeConfig,
  cluster: string,
  { path, context }: { path: string; context?: string },
): KubeConfig {
  try {
    config.loadFromFile(path);
  } catch (error) {
    throw new InputError(
      `the kubeconfig of cluster ${cluster} cannot be read from '${path}'`,
      error,
    );
  }
  if (context) {
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster()) {
    throw new InputError(
      `the kubeconfig of cluster ${cluster} has no cluster for context '${config.getCurrentContext()}'`,
    );
  }
  return config;
}
