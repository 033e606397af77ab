import { V1ContainerStatus, V1Job, V1Pod } from '@kubernetes/client-node';
import { JobProgress } from '../../ports/JobRunner';

/** Why a container does not start and never will without somebody's help. */
const HOPELESS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
]);

type Ended = Extract<JobProgress, { kind: 'ended' }>;

/**
 * What a Job of a cluster has come to; `undefined` while it may go on.
 *
 * @remarks
 * As Argo Rollouts judges: the last of the conditions `Complete` and `Failed` decides, no
 * other does, and an image that cannot be had is no failure of what is verified.
 */
export function judgeClusterJob(
  { status }: V1Job,
  pods: readonly V1Pod[],
): Ended | undefined {
  const decisive = status?.conditions
    ?.filter(
      ({ type, status: holds }) =>
        holds === 'True' && (type === 'Complete' || type === 'Failed'),
    )
    .at(-1);
  if (decisive) {
    const { type, message } = decisive;
    return {
      kind: 'ended',
      phase: type === 'Complete' ? 'Complete' : 'Failed',
      ...(type === 'Failed' && message && { message }),
    };
  }
  for (const pod of pods) {
    const stuck = hopelessContainer(pod);
    if (stuck) {
      const { name, state } = stuck;
      return {
        kind: 'ended',
        phase: 'Stuck',
        message: `Pod ${
          pod.metadata?.name
        }, container ${name} has terminal error (${state?.waiting?.reason}): ${
          state?.waiting?.message ?? ''
        }`,
      };
    }
  }
  return undefined;
}

function hopelessContainer({ status }: V1Pod): V1ContainerStatus | undefined {
  return [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ].find(({ state }) => HOPELESS.has(state?.waiting?.reason ?? ''));
}
