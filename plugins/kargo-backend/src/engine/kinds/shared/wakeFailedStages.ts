import { Resource } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';

/**
 * A task that is made or changed may be what the last look at a Stage failed for, which would
 * otherwise look again only when the pause after its last error is over.
 */
export function wakeFailedStages({
  key: { namespace },
  before,
  after,
}: KindChange<Resource>): Wakeup[] {
  const isNew =
    after && before?.metadata.generation !== after.metadata.generation;
  return isNew
    ? [
        {
          kind: 'Stage',
          // What belongs to the cluster is for the Stages of all projects.
          ...(namespace && { namespace }),
          index: { name: 'readyReason', value: 'ReconcileError' },
        },
      ]
    : [];
}
