import { Warehouse } from 'backstage-plugin-kargo-common';
import { evaluateCriteria } from '../../expressions/criteria';
import { CriteriaVerdict } from './decideWarehouse';

/** What the Freight creation criteria of a Warehouse say about what it has discovered. */
export function judgeCriteria(
  warehouse: Warehouse,
  nowMs: number,
): CriteriaVerdict {
  const expression = warehouse.spec.freightCreationCriteria?.expression ?? '';
  const found = warehouse.status?.discoveredArtifacts;
  const isAsked =
    expression.trim() !== '' &&
    !!(found?.git?.length || found?.images?.length || found?.charts?.length);
  if (!found || !isAsked) {
    return { kind: 'none' };
  }
  try {
    return {
      kind: evaluateCriteria(expression, found, nowMs)
        ? 'satisfied'
        : 'unsatisfied',
    };
  } catch (error) {
    return {
      kind: 'error',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}
