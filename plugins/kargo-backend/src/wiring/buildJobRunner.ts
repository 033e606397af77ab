import { join } from 'node:path';
import { KubernetesJobRunner } from '../adapters/jobs/KubernetesJobRunner';
import { LocalJobRunner } from '../adapters/jobs/LocalJobRunner';
import { ProcessStarter } from '../adapters/processes/ProcessStarter';
import { JobRunner } from '../ports/JobRunner';
import { createKubeConfig } from './createKubeConfig';
import { KargoConfig } from './readConfig';

/**
 * What runs the jobs of metrics: a cluster where one is configured, otherwise the portal's
 * machine, as far as its operator allows.
 *
 * @throws InputError when a kubeconfig cannot be read or lacks what is named
 */
export function buildJobRunner(
  { verification, workingDirectory }: KargoConfig,
  processes: ProcessStarter,
): JobRunner {
  const { cluster, jobs } = verification;
  return cluster
    ? KubernetesJobRunner.create({
        kubeConfig: createKubeConfig(
          cluster,
          'kargo.verification.jobs.cluster',
        ),
        namespace: cluster.namespace,
      })
    : LocalJobRunner.create({
        policy: jobs,
        processes,
        folder: join(workingDirectory, 'jobs'),
        environment: process.env,
      });
}
