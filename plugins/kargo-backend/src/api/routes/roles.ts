import { ConflictError, InputError } from '@backstage/errors';
import {
  ANNOTATIONS,
  dropClaims,
  expandVerbs,
  findResourceTypeProblem,
  KargoRole,
  KargoRoleResources,
  mergeClaims,
  normalizeRules,
  PolicyRule,
  Project,
  readClaims,
  resourceGroup,
  RoleClaim,
} from 'backstage-plugin-kargo-common';
import {
  placeOf,
  RoleParts,
  roleResources,
  rulesOf,
  roleView,
} from '../../logic/roles/roleParts';
import { systemRoleParts } from '../../logic/roles/systemRoles';
import { onLatest } from '../resources/onLatest';
import {
  RoleBody,
  RoleChangeBody,
  RoleChangeRequest,
} from '../resources/roleBodies';
import {
  checkRules,
  createRole,
  deleteRole,
  demandManaged,
  demandOwnRules,
  getRole,
  loadRoles,
  pickRole,
  writeRoleClaims,
  writeRoleRules,
} from '../resources/roles';
import { flag } from '../server/parseQuery';
import { ApiServices, AuditNote, createRoute } from '../server/route';

/** Whether roles are told as what they are made of. */
interface FormQuery {
  'as-resources'?: boolean;
}

const FORM = {
  'as-resources': flag
    .optional()
    .describe('Answer ServiceAccounts, Roles and RoleBindings instead'),
};

function shownAs(
  parts: RoleParts,
  { 'as-resources': asResources }: FormQuery,
): KargoRole | KargoRoleResources {
  return asResources ? roleResources(parts) : roleView(parts);
}

function audit(actionType: string): AuditNote {
  return { eventId: 'role-update', actionType, severityLevel: 'high' };
}

const listProjectRoles = createRoute('listProjectRoles', {
  summary: 'Lists the roles of a project, by name',
  query: FORM,
  answers: { 200: 'RoleList' },
  handle: async ({ project, query }, { store }) => ({
    status: 200,
    body: (await loadRoles(store, project)).map(role => shownAs(role, query)),
  }),
});

const getProjectRole = createRoute('getProjectRole', {
  summary: 'Answers a role of a project',
  query: FORM,
  answers: { 200: 'RoleOrResources' },
  handle: async ({ project, params, query }, { store }) => ({
    status: 200,
    body: shownAs(await getRole(store, project, params.name), query),
  }),
});

const createProjectRole = createRoute('createProjectRole', {
  summary: 'Makes a role of a project: ServiceAccount, Role and RoleBinding',
  body: { schema: RoleBody },
  answers: { 201: 'Role' },
  audit: audit('create'),
  handle: async ({ project, body, caller }, { store }) => {
    const { metadata, claims, rules } = body;
    if (
      (metadata.namespace ?? project.metadata.name) !== project.metadata.name
    ) {
      throw new ConflictError(
        'namespace in body does not match project in URL',
      );
    }
    await caller.access.demandGrant(rules, project);
    const parts = await createRole(store, project, metadata.name, {
      claims,
      rules,
      description: metadata.annotations?.[ANNOTATIONS.description],
    });
    return {
      status: 201,
      body: roleView(parts),
      audited: { role: metadata.name },
    };
  },
});

const updateProjectRole = createRoute('updateProjectRole', {
  summary: 'Replaces who has a role of a project, and what it allows',
  body: { schema: RoleBody },
  answers: { 200: 'Role' },
  audit: audit('update'),
  handle: async ({ project, params, body, caller }, { store }) => {
    const { metadata, claims, rules } = body;
    if (metadata.name !== params.name) {
      throw new InputError('name in body does not match role name in URL');
    }
    if (
      (metadata.namespace ?? project.metadata.name) !== project.metadata.name
    ) {
      throw new InputError(
        'namespace in body does not match project name in URL',
      );
    }
    const description = metadata.annotations?.[ANNOTATIONS.description];
    await onLatest(
      () => getManaged(store, project, params.name),
      async parts => {
        checkRules(rules);
        const isSame = isSameRules(rules, rulesOf(parts));
        // Whoever maps people to a role gives them all of it.
        const given = claims.length > 0 || !isSame ? rules : [];
        await caller.access.demandGrant(given, project);
        if (!isSame) {
          await writeRoleRules(store, parts, rules);
        }
        await writeRoleClaims(store, parts, claims, description ?? null);
      },
    );
    return answerRole(store, project, params.name);
  },
});

function isSameRules(
  a: readonly PolicyRule[],
  b: readonly PolicyRule[],
): boolean {
  return (
    JSON.stringify(normalizeRules(a)) === JSON.stringify(normalizeRules(b))
  );
}

/** @throws NotFoundError; InputError for a role that Kargo does not manage */
async function getManaged(
  store: ApiServices['store'],
  project: Project,
  name: string,
): Promise<RoleParts> {
  const parts = await getRole(store, project, name);
  demandManaged(parts);
  return parts;
}

async function answerRole(
  store: ApiServices['store'],
  project: Project,
  name: string,
) {
  const parts = await getRole(store, project, name);
  return {
    status: 200 as const,
    body: roleView(parts),
    audited: { role: name },
  };
}

const deleteProjectRole = createRoute('deleteProjectRole', {
  summary: 'Deletes a role of a project, with its tokens',
  answers: { 204: undefined },
  audit: audit('delete'),
  handle: async ({ project, params }, { store }) => {
    await deleteRole(store, await getManaged(store, project, params.name));
    return { status: 204 };
  },
});

const grantProjectRole = createRoute('grantProjectRole', {
  summary: 'Gives a role of a project to people, or rights to a role',
  body: { schema: RoleChangeBody },
  answers: { 200: 'Role' },
  audit: audit('grant'),
  handle: async ({ project, body, caller }, { store }) => {
    await onLatest(
      () => getManaged(store, project, body.role),
      async parts => {
        if (body.userClaims) {
          await caller.access.demandGrant(rulesOf(parts), project);
          const claims = mergeClaims(claimsOf(parts), body.userClaims.claims);
          await writeRoleClaims(store, parts, claims);
        } else {
          const added = readDetails(body);
          await caller.access.demandGrant([added], project);
          await writeRoleRules(store, parts, [...rulesOf(parts), added]);
        }
      },
    );
    return answerRole(store, project, body.role);
  },
});

const revokeProjectRole = createRoute('revokeProjectRole', {
  summary: 'Takes a role of a project from people, or rights from a role',
  body: { schema: RoleChangeBody },
  answers: { 200: 'Role' },
  audit: audit('revoke'),
  handle: async ({ project, body }, { store }) => {
    await onLatest(
      () => getManaged(store, project, body.role),
      async parts => {
        if (body.userClaims) {
          const claims = dropClaims(claimsOf(parts), body.userClaims.claims);
          await writeRoleClaims(store, parts, claims);
          return;
        }
        demandOwnRules(placeOf(parts));
        const revoked = readDetails(body);
        const rules = normalizeRules(rulesOf(parts)).flatMap(rule =>
          withoutVerbs(rule, revoked),
        );
        if (parts.roles.length > 0) {
          await writeRoleRules(store, parts, rules);
        }
      },
    );
    return answerRole(store, project, body.role);
  },
});

function claimsOf({ serviceAccount }: RoleParts): RoleClaim[] {
  return readClaims(serviceAccount.metadata.annotations);
}

/** @throws InputError */
function readDetails({ resourceDetails }: RoleChangeRequest): PolicyRule {
  const { resourceType, resourceName, verbs } = resourceDetails!;
  const group = resourceGroup(resourceType);
  const problem =
    findResourceTypeProblem(resourceType) ??
    (group === undefined
      ? `unrecognized resource type '${resourceType}'`
      : undefined);
  if (problem) {
    throw new InputError(problem);
  }
  const rule = {
    apiGroups: [group!],
    resources: [resourceType],
    ...(resourceName && { resourceNames: [resourceName] }),
    verbs: expandVerbs(resourceType, verbs),
  };
  checkRules([rule]);
  return rule;
}

/** A rule without revoked verbs; a revocation without a name is one for every name. */
function withoutVerbs(rule: PolicyRule, revoked: PolicyRule): PolicyRule[] {
  const isMeant =
    rule.apiGroups?.[0] === revoked.apiGroups?.[0] &&
    rule.resources?.[0] === revoked.resources?.[0] &&
    (!revoked.resourceNames ||
      rule.resourceNames?.[0] === revoked.resourceNames[0]);
  if (!isMeant) {
    return [rule];
  }
  const verbs = rule.verbs.filter(verb => !revoked.verbs.includes(verb));
  return verbs.length > 0 ? [{ ...rule, verbs }] : [];
}

const listSystemRoles = createRoute('listSystemRoles', {
  summary: 'Lists the roles of the installation, by name',
  query: FORM,
  answers: { 200: 'RoleList' },
  handle: async ({ query }, { systemRoleClaims, installedAt }) => ({
    status: 200,
    body: systemRoleParts(systemRoleClaims, installedAt).map(role =>
      shownAs(role, query),
    ),
  }),
});

const getSystemRole = createRoute('getSystemRole', {
  summary: 'Answers a role of the installation',
  query: FORM,
  answers: { 200: 'RoleOrResources' },
  handle: async ({ params, query }, { systemRoleClaims, installedAt }) => ({
    status: 200,
    body: shownAs(
      pickRole(systemRoleParts(systemRoleClaims, installedAt), params.name),
      query,
    ),
  }),
});

/** Who has which rights by Kargo's own roles. */
export const roleRoutes = [
  listProjectRoles,
  createProjectRole,
  grantProjectRole,
  revokeProjectRole,
  getProjectRole,
  updateProjectRole,
  deleteProjectRole,
  listSystemRoles,
  getSystemRole,
];
