import { Secret } from '../../model/core';
import { KargoRole, KargoRoleResources } from '../../model/KargoRole';
import { ResourceList } from '../answers';
import { CLUSTER, MANAGE, READ } from '../asks';
import { Operation, typeOf } from '../operation';
import { NewRole, RoleChange } from '../requests';

/** Whether roles are told as what they are made of. */
const FORM = typeOf<{ 'as-resources'?: boolean }>();

const ROLES = typeOf<Array<KargoRole | KargoRoleResources>>();
const ROLE = typeOf<KargoRole | KargoRoleResources>();

/** Who has which rights by Kargo's own roles. @public */
export const ROLE_OPERATIONS = {
  listProjectRoles: {
    method: 'get',
    path: '/projects/{project}/roles',
    ask: READ,
    query: FORM,
    answer: ROLES,
  },
  createProjectRole: {
    method: 'post',
    path: '/projects/{project}/roles',
    ask: MANAGE,
    body: typeOf<NewRole>(),
    answer: typeOf<KargoRole>(),
  },
  grantProjectRole: {
    method: 'post',
    path: '/projects/{project}/roles/grants',
    ask: MANAGE,
    body: typeOf<RoleChange>(),
    answer: typeOf<KargoRole>(),
  },
  revokeProjectRole: {
    method: 'post',
    path: '/projects/{project}/roles/revocations',
    ask: MANAGE,
    body: typeOf<RoleChange>(),
    answer: typeOf<KargoRole>(),
  },
  getProjectRole: {
    method: 'get',
    path: '/projects/{project}/roles/{name}',
    ask: READ,
    query: FORM,
    answer: ROLE,
  },
  updateProjectRole: {
    method: 'put',
    path: '/projects/{project}/roles/{name}',
    ask: MANAGE,
    body: typeOf<NewRole>(),
    answer: typeOf<KargoRole>(),
  },
  deleteProjectRole: {
    method: 'delete',
    path: '/projects/{project}/roles/{name}',
    ask: MANAGE,
  },
  listSystemRoles: {
    method: 'get',
    path: '/system/roles',
    ask: CLUSTER,
    query: FORM,
    answer: ROLES,
  },
  getSystemRole: {
    method: 'get',
    path: '/system/roles/{name}',
    ask: CLUSTER,
    query: FORM,
    answer: ROLE,
  },
} as const satisfies Record<string, Operation>;

const TOKEN = typeOf<Secret>();
const TOKENS = typeOf<ResourceList<Secret>>();
const NEW_TOKEN = typeOf<{ name: string }>();
const OF_ROLE = typeOf<{ role?: string }>();

/** Tokens that act as a role; told as Secrets, and shown once. @public */
export const TOKEN_OPERATIONS = {
  createProjectToken: {
    method: 'post',
    path: '/projects/{project}/roles/{name}/api-tokens',
    ask: MANAGE,
    body: NEW_TOKEN,
    answer: TOKEN,
  },
  listProjectTokens: {
    method: 'get',
    path: '/projects/{project}/api-tokens',
    ask: MANAGE,
    query: OF_ROLE,
    answer: TOKENS,
  },
  getProjectToken: {
    method: 'get',
    path: '/projects/{project}/api-tokens/{name}',
    ask: MANAGE,
    answer: TOKEN,
  },
  deleteProjectToken: {
    method: 'delete',
    path: '/projects/{project}/api-tokens/{name}',
    ask: MANAGE,
  },
  createSystemToken: {
    method: 'post',
    path: '/system/roles/{name}/api-tokens',
    ask: CLUSTER,
    body: NEW_TOKEN,
    answer: TOKEN,
  },
  listSystemTokens: {
    method: 'get',
    path: '/system/api-tokens',
    ask: CLUSTER,
    query: OF_ROLE,
    answer: TOKENS,
  },
  getSystemToken: {
    method: 'get',
    path: '/system/api-tokens/{name}',
    ask: CLUSTER,
    answer: TOKEN,
  },
  deleteSystemToken: {
    method: 'delete',
    path: '/system/api-tokens/{name}',
    ask: CLUSTER,
  },
} as const satisfies Record<string, Operation>;
