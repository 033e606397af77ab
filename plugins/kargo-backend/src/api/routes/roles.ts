import { NotImplementedError } from '@backstage/errors';
import { createFamilyRoute, OperationIdIn, Route } from '../server/route';

const TEXT =
  'Kargo keeps no roles and no tokens of its own: who may do what is decided by the permission policy of the portal, and programs use its external access tokens';

type Scope = 'project' | 'basic';

const OPERATION_IDS = [
  'listProjectRoles',
  'createProjectRole',
  'grantProjectRole',
  'revokeProjectRole',
  'getProjectRole',
  'updateProjectRole',
  'deleteProjectRole',
  'createProjectToken',
  'listProjectTokens',
  'getProjectToken',
  'deleteProjectToken',
  'listSystemRoles',
  'getSystemRole',
  'createSystemToken',
  'listSystemTokens',
  'getSystemToken',
  'deleteSystemToken',
] as const satisfies ReadonlyArray<OperationIdIn<Scope>>;

function notAvailable<Id extends OperationIdIn<Scope>>(
  operationId: Id,
): Route<Id> {
  return createFamilyRoute<Scope, Id>(operationId, {
    summary: 'Not available: access is governed by the policy of the portal',
    answers: { 501: 'Error' },
    handle: async () => {
      throw new NotImplementedError(TEXT);
    },
  });
}

/** What Kargo has and the portal has instead; each answer says where to go. */
export const roleRoutes = OPERATION_IDS.map(notAvailable);
