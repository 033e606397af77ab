import { NotImplementedError } from '@backstage/errors';
import { createFamilyRoute, OperationIdIn, Route } from '../server/route';

const TEXT =
  'Kargo has no tokens of its own yet: programs use the external access tokens of the portal';

type Scope = 'project' | 'basic';

const OPERATION_IDS = [
  'createProjectToken',
  'listProjectTokens',
  'getProjectToken',
  'deleteProjectToken',
  'createSystemToken',
  'listSystemTokens',
  'getSystemToken',
  'deleteSystemToken',
] as const satisfies ReadonlyArray<OperationIdIn<Scope>>;

function notAvailable<Id extends OperationIdIn<Scope>>(
  operationId: Id,
): Route<Id> {
  return createFamilyRoute<Scope, Id>(operationId, {
    summary: 'Not available yet',
    answers: { 501: 'Error' },
    handle: async () => {
      throw new NotImplementedError(TEXT);
    },
  });
}

/** Each answer says where to go. */
export const tokenRoutes = OPERATION_IDS.map(notAvailable);
