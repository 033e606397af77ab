import {
  isConditionTrue,
  isControlFlow,
  Resource,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { ResourceChange, Wakeup } from '../../../ports/Changes';

/** A count may be this late: a hundred Stages that change together are counted once. */
const COUNT_AFTER_MS = 1_000;

/** The Project counts Warehouses and Stages with steps, and the healthy ones. */
export function wakeProject({
  type,
  key,
  before,
  after,
}: ResourceChange): Wakeup[] {
  const isCounted = type !== 'updated' || weigh(before) !== weigh(after);
  return isCounted
    ? [
        {
          key: { kind: 'Project', namespace: '', name: key.namespace },
          delayMs: COUNT_AFTER_MS,
        },
      ]
    : [];
}

/** As what the Project counts a resource. */
function weigh(resource: Resource | undefined): string {
  const counted = resource as Stage | Warehouse | undefined;
  if (counted?.kind === 'Stage' && isControlFlow(counted)) {
    return 'nothing';
  }
  return isConditionTrue(counted?.status, 'Healthy') ? 'healthy' : 'counted';
}
