import { NotAllowedError } from '@backstage/errors';
import { OperationId, OPERATIONS } from 'backstage-plugin-kargo-common';
import { operationNeeds } from '../../logic/roles/operationNeeds';
import { Access } from '../server/Access';

/**
 * Whether somebody who knows a project would be answered all of some operations, as far as
 * rules of roles decide that.
 */
export function isToldOf(
  access: Pick<Access, 'decideByRules'>,
  project: string,
  operations: readonly OperationId[],
): boolean {
  try {
    for (const id of operations) {
      const needs = operationNeeds(id, OPERATIONS[id], { project });
      access.decideByRules(needs, project);
    }
    return true;
  } catch (error) {
    if (error instanceof NotAllowedError) {
      return false;
    }
    throw error;
  }
}
