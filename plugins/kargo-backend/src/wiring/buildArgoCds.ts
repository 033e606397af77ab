import { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { KubeConfig } from '@kubernetes/client-node';
import { KubernetesArgoCds } from '../adapters/argocd/KubernetesArgoCds';
import { Clock } from '../ports/Clock';
import { WorkQueue } from '../ports/WorkQueue';
import { ArgoCdClusterConfig } from './readArgoCd';

/**
 * The configured Argo CDs, not yet watched.
 *
 * @throws InputError when a kubeconfig cannot be read or lacks what is named
 */
export function buildArgoCds(options: {
  clusters: ArgoCdClusterConfig[];
  queue: Pick<WorkQueue, 'markDue'>;
  clock: Clock;
  random: () => number;
  logger: LoggerService;
}): KubernetesArgoCds {
  const { clusters, queue } = options;
  return KubernetesArgoCds.create({
    ...options,
    clusters: clusters.map(cluster => ({
      ...cluster,
      kubeConfig: createKubeConfig(cluster),
    })),
    wake: keys => queue.markDue(keys.map(key => ({ key }))),
  });
}

function createKubeConfig({ name, access }: ArgoCdClusterConfig): KubeConfig {
  const config = new KubeConfig();
  switch (access.kind) {
    case 'in-cluster':
      config.loadFromCluster();
      return config;
    case 'kubeconfig':
      return loadFile(config, name, access);
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
  name: string,
  { path, context }: { path: string; context?: string },
): KubeConfig {
  try {
    config.loadFromFile(path);
  } catch (error) {
    throw new InputError(
      `the kubeconfig of cluster '${name}' in kargo.argocd.clusters cannot be read from '${path}'`,
      error,
    );
  }
  if (context) {
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster()) {
    throw new InputError(
      `the kubeconfig of cluster '${name}' in kargo.argocd.clusters has no cluster for context '${config.getCurrentContext()}'`,
    );
  }
  return config;
}
