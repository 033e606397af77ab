import { NotFoundError } from '@backstage/errors';
import { Secret } from 'backstage-plugin-kargo-common';
import { rulesOf } from '../../logic/roles/roleParts';
import { systemRoleParts } from '../../logic/roles/systemRoles';
import { KARGO_NAMESPACE } from '../../logic/sharedNamespaces';
import { NewTokenBody } from '../resources/roleBodies';
import {
  createToken,
  deleteToken,
  listTokens,
  tokenSecret,
} from '../resources/apiTokens';
import { optionalText } from '../resources/optionalText';
import { getRole, pickRole } from '../resources/roles';
import { listBody } from '../server/answers';
import { ApiServices, AuditNote, createRoute } from '../server/route';

const OF_ROLE = { role: optionalText.describe('Only those of this role') };

function audit(actionType: string): AuditNote {
  return { eventId: 'api-token-update', actionType, severityLevel: 'high' };
}

async function answerList(
  { store }: ApiServices,
  namespace: string,
  role: string | undefined,
) {
  const list = await listTokens(store, namespace, role);
  return { status: 200 as const, body: listBody<Secret>('Secret', list) };
}

const createProjectToken = createRoute('createProjectToken', {
  summary:
    'Makes an API token that acts as a role of the project; it is shown this once',
  body: { schema: NewTokenBody },
  answers: { 201: 'Secret' },
  audit: audit('create'),
  handle: async ({ project, params, body, caller }, services) => {
    const role = await getRole(services.store, project, params.name);
    await caller.access.demandGrant(rulesOf(role), project);
    const created = await createToken(role, body.name, caller, services);
    return { status: 201, body: created, audited: { token: body.name } };
  },
});

const listProjectTokens = createRoute('listProjectTokens', {
  summary: 'Lists the API tokens of a project, without what makes them work',
  query: OF_ROLE,
  answers: { 200: 'SecretList' },
  handle: async ({ project, query }, services) =>
    answerList(services, project.metadata.name, query.role),
});

async function answerToken(
  store: ApiServices['store'],
  namespace: string,
  name: string,
) {
  const { items, resourceVersion } = await store.list('ApiToken', {
    namespace,
    names: [name],
  });
  if (items.length === 0) {
    throw new NotFoundError(`API token '${name}' does not exist`);
  }
  return { status: 200 as const, body: tokenSecret(items[0]), resourceVersion };
}

const getProjectToken = createRoute('getProjectToken', {
  summary: 'Answers an API token of a project, without what makes it work',
  answers: { 200: 'Secret' },
  handle: async ({ params }, { store }) =>
    answerToken(store, params.project, params.name),
});

const deleteProjectToken = createRoute('deleteProjectToken', {
  summary: 'Revokes an API token of a project',
  answers: { 204: undefined },
  audit: audit('delete'),
  handle: async ({ params, caller }, services) => {
    await deleteToken(params.project, params.name, caller, services);
    return { status: 204 };
  },
});

const createSystemToken = createRoute('createSystemToken', {
  summary:
    'Makes an API token that acts as a role of the installation; it is shown this once',
  body: { schema: NewTokenBody },
  answers: { 201: 'Secret' },
  audit: audit('create'),
  handle: async ({ params, body, caller }, services) => {
    const role = pickRole(
      systemRoleParts(services.systemRoleClaims),
      params.name,
    );
    await caller.access.demandGrant(rulesOf(role), undefined);
    const created = await createToken(role, body.name, caller, services);
    return { status: 201, body: created, audited: { token: body.name } };
  },
});

const listSystemTokens = createRoute('listSystemTokens', {
  summary:
    'Lists the API tokens of the installation, without what makes them work',
  query: OF_ROLE,
  answers: { 200: 'SecretList' },
  handle: async ({ query }, services) =>
    answerList(services, KARGO_NAMESPACE, query.role),
});

const getSystemToken = createRoute('getSystemToken', {
  summary:
    'Answers an API token of the installation, without what makes it work',
  answers: { 200: 'Secret' },
  handle: async ({ params }, { store }) =>
    answerToken(store, KARGO_NAMESPACE, params.name),
});

const deleteSystemToken = createRoute('deleteSystemToken', {
  summary: 'Revokes an API token of the installation',
  answers: { 204: undefined },
  audit: audit('delete'),
  handle: async ({ params, caller }, services) => {
    await deleteToken(KARGO_NAMESPACE, params.name, caller, services);
    return { status: 204 };
  },
});

/** Tokens that act as a role. */
export const tokenRoutes = [
  createProjectToken,
  listProjectTokens,
  getProjectToken,
  deleteProjectToken,
  createSystemToken,
  listSystemTokens,
  getSystemToken,
  deleteSystemToken,
];
