import {
  isConditionTrue,
  Resource,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { ResourceChange, Wakeup } from '../../../ports/Changes';

/** The Project counts healthy Warehouses and Stages. */
export function wakeProject({
  type,
  key,
  before,
  after,
}: ResourceChange): Wakeup[] {
  const isHealthy = (resource: Resource | undefined) =>
    isConditionTrue(
      (resource as Stage | Warehouse | undefined)?.status,
      'Healthy',
    );
  const isCounted =
    type !== 'updated' || isHealthy(before) !== isHealthy(after);
  return isCounted
    ? [{ key: { kind: 'Project', namespace: '', name: key.namespace } }]
    : [];
}
