import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { LocalJobPolicy } from '../adapters/jobs/allowedJobs';
import { compileGlob } from '../logic/selection/glob';
import { ClusterAccess, readClusterAccess } from './readClusterAccess';

/** A cluster that has a part in verifying. */
export interface VerificationClusterConfig {
  name: string;
  /** Where what it runs is made; in the namespace with the Project's name when absent. */
  namespace?: string;
  access: ClusterAccess;
}

/** The cluster whose Argo Rollouts runs AnalysisRuns. */
export interface RolloutsConfig extends VerificationClusterConfig {
  /** Of the controller, where several are in the cluster. */
  instanceId?: string;
}

/** Who measures, and who runs the jobs of metrics. */
export interface VerificationConfig {
  jobs: LocalJobPolicy;
  /** Runs jobs. */
  cluster?: VerificationClusterConfig;
  rollouts?: RolloutsConfig;
}

/**
 * Reads `kargo.verification`.
 *
 * @throws InputError that names the key
 */
export function readVerification(
  config: Config | undefined,
): VerificationConfig {
  const jobs = readJobPolicy(config);
  const cluster = readVerificationCluster(config, 'verification.jobs.cluster');
  if (cluster && (jobs.containers || jobs.processes)) {
    throw new InputError(
      `kargo.verification.jobs.cluster runs jobs in a cluster: remove kargo.verification.jobs.containers and kargo.verification.jobs.processes, or the cluster`,
    );
  }
  const rollouts = readVerificationCluster(config, 'verification.rollouts');
  const instanceId = config?.getOptionalString(
    'verification.rollouts.instanceId',
  );
  return {
    jobs,
    ...(cluster && { cluster }),
    ...(rollouts && {
      rollouts: { ...rollouts, ...(instanceId && { instanceId }) },
    }),
  };
}

function readVerificationCluster(
  config: Config | undefined,
  key: string,
): VerificationClusterConfig | undefined {
  const cluster = config?.getOptionalConfig(key);
  const namespace = cluster?.getOptionalString('namespace');
  return (
    cluster && {
      name: cluster.getOptionalString('name') ?? 'verification',
      ...(namespace && { namespace }),
      access: readClusterAccess(cluster, `kargo.${key}`),
    }
  );
}

/** Jobs without a cluster: nothing may run but what is listed. */
function readJobPolicy(config: Config | undefined): LocalJobPolicy {
  const jobs = config?.getOptionalConfig('verification.jobs');
  const containers = jobs?.getOptionalConfig('containers');
  const processes = jobs?.getOptionalConfig('processes');
  return {
    ...(containers && {
      containers: {
        program: containers.getOptionalString('program') ?? 'docker',
        images: containers.getStringArray('images').map(checkedGlob),
        arguments: containers.getOptionalStringArray('arguments') ?? [],
      },
    }),
    ...(processes && {
      processes: {
        images: processes.getStringArray('images').map(checkedGlob),
        programs: processes.getStringArray('programs'),
      },
    }),
  };
}

function checkedGlob(pattern: string): string {
  compileGlob(pattern);
  return pattern;
}
