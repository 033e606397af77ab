import { KubernetesAnalyses } from '../adapters/rollouts/KubernetesAnalyses';
import { DelegatedAnalyses } from '../ports/DelegatedAnalyses';
import { createKubeConfig } from './createKubeConfig';
import { KargoConfig } from './readConfig';

/**
 * The Argo Rollouts that runs AnalysisRuns, where one is configured.
 *
 * @throws InputError when a kubeconfig cannot be read or lacks what is named
 */
export function buildRollouts({
  verification: { rollouts },
}: Pick<KargoConfig, 'verification'>): DelegatedAnalyses | undefined {
  if (!rollouts) {
    return undefined;
  }
  const { name, namespace, instanceId } = rollouts;
  return KubernetesAnalyses.create({
    cluster: name,
    kubeConfig: createKubeConfig(rollouts, 'kargo.verification.rollouts'),
    ...(namespace && { namespace }),
    ...(instanceId && { instanceId }),
  });
}
