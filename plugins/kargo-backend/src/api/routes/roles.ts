import { NotImplementedError } from '@backstage/errors';
import { kargoViewPermission } from 'backstage-plugin-kargo-common';
import { Ask, createRoute, Method, Route } from '../server/route';

const TEXT =
  'Kargo keeps no roles and no tokens of its own: who may do what is decided by the permission policy of the portal, and programs use its external access tokens';

const OPERATIONS: Array<[Method, string, string]> = [
  ['get', '/projects/{project}/roles', 'listProjectRoles'],
  ['post', '/projects/{project}/roles', 'createProjectRole'],
  ['post', '/projects/{project}/roles/grants', 'grantProjectRole'],
  ['post', '/projects/{project}/roles/revocations', 'revokeProjectRole'],
  ['get', '/projects/{project}/roles/{name}', 'getProjectRole'],
  ['put', '/projects/{project}/roles/{name}', 'updateProjectRole'],
  ['delete', '/projects/{project}/roles/{name}', 'deleteProjectRole'],
  ['post', '/projects/{project}/roles/{name}/api-tokens', 'createProjectToken'],
  ['get', '/projects/{project}/api-tokens', 'listProjectTokens'],
  ['get', '/projects/{project}/api-tokens/{name}', 'getProjectToken'],
  ['delete', '/projects/{project}/api-tokens/{name}', 'deleteProjectToken'],
  ['get', '/system/roles', 'listSystemRoles'],
  ['get', '/system/roles/{name}', 'getSystemRole'],
  ['post', '/system/roles/{name}/api-tokens', 'createSystemToken'],
  ['get', '/system/api-tokens', 'listSystemTokens'],
  ['get', '/system/api-tokens/{name}', 'getSystemToken'],
  ['delete', '/system/api-tokens/{name}', 'deleteSystemToken'],
];

function askOf(path: string): Ask {
  return path.startsWith('/projects/')
    ? { scope: 'project' }
    : { scope: 'basic', permission: kargoViewPermission };
}

/** What Kargo has and the portal has instead; each answer says where to go. */
export const roleRoutes: Route[] = OPERATIONS.map(
  ([method, path, operationId]) =>
    createRoute({
      method,
      path,
      operationId,
      summary: 'Not available: access is governed by the policy of the portal',
      ask: askOf(path),
      answers: { 501: 'Error' },
      handle: async () => {
        throw new NotImplementedError(TEXT);
      },
    }),
);
