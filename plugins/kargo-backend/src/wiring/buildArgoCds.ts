import { LoggerService } from '@backstage/backend-plugin-api';
import { KubernetesArgoCds } from '../adapters/argocd/KubernetesArgoCds';
import { Clock } from '../ports/Clock';
import { WorkQueue } from '../ports/WorkQueue';
import { createKubeConfig } from './createKubeConfig';
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
      kubeConfig: createKubeConfig(cluster, 'kargo.argocd.clusters'),
    })),
    wake: keys => queue.markDue(keys.map(key => ({ key }))),
  });
}
