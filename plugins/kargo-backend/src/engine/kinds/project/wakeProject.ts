import {
  isConditionTrue,
  isControlFlow,
  Resource,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { ResourceChange, Wakeup } from '../../../ports/Changes';

/** The Project counts Warehouses and Stages with steps, and the healthy ones. */
export function wakeProject({
  type,
  key,
  before,
  after,
}: ResourceChange): Wakeup[] {
  const isCounted = type !== 'updated' || weigh(before) !== weigh(after);
  return isCounted
    ? [{ key: { kind: 'Project', namespace: '', name: key.namespace } }]
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
