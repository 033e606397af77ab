import {
  ANNOTATIONS,
  creatorClaim,
  DEFAULT_ROLE,
  Draft,
  KargoRole,
  KargoRoleMetadata,
  KargoRoleResources,
  KINDS,
  normalizeRules,
  PolicyRule,
  PredefinedRole,
  Project,
  PROJECT_ROLES,
  readClaims,
  Role,
  ROLE_API_VERSION,
  RoleClaim,
  RoleGrant,
  RoleBinding,
  ServiceAccount,
  writeClaims,
} from 'backstage-plugin-kargo-common';

/** What a role of Kargo is made of. */
export interface RoleParts {
  serviceAccount: Draft<ServiceAccount>;
  roles: Array<Draft<Role>>;
  bindings: Array<Draft<RoleBinding>>;
}

/** What is stored of the roles of one project. */
export interface StoredRoles {
  serviceAccounts: readonly ServiceAccount[];
  roles: readonly Role[];
  bindings: readonly RoleBinding[];
}

/** What a role is called and where it is. */
export interface RolePlace {
  name: string;
  namespace: string;
}

const MANAGED = { [ANNOTATIONS.managed]: 'true' };

/**
 * Every role of a project, by name: those that were made, and the predefined ones.
 *
 * @remarks
 * Differs: predefined roles are not stored, so nothing has to restore their rules. Only
 * who has one is, once that was changed; until then it is who made the project.
 */
export function partsOfProject(
  project: Project,
  stored: StoredRoles,
): RoleParts[] {
  const namespace = project.metadata.name;
  const predefined = PROJECT_ROLES.map(role =>
    predefinedParts(project, role, findNamed(stored, role.name)),
  );
  const custom = stored.serviceAccounts
    .filter(({ metadata }) => !isPredefined(metadata.name))
    .map(serviceAccount => boundParts(serviceAccount, namespace, stored));
  const plain = custom.some(
    ({ serviceAccount }) => serviceAccount.metadata.name === DEFAULT_ROLE,
  )
    ? []
    : [defaultParts(project)];
  return [...predefined, ...custom, ...plain].sort((a, b) =>
    a.serviceAccount.metadata.name < b.serviceAccount.metadata.name ? -1 : 1,
  );
}

/** Whether a project has a role of that name by itself. */
export function isPredefined(name: string): boolean {
  return PROJECT_ROLES.some(role => role.name === name);
}

function findNamed(
  { serviceAccounts }: StoredRoles,
  name: string,
): ServiceAccount | undefined {
  return serviceAccounts.find(({ metadata }) => metadata.name === name);
}

function predefinedParts(
  { metadata }: Project,
  { name, description, rules }: PredefinedRole,
  stored: ServiceAccount | undefined,
): RoleParts {
  const place = { name, namespace: metadata.name };
  const parts = newParts(
    place,
    creatorClaim(metadata.annotations?.[ANNOTATIONS.createActor]),
    rules,
    { [ANNOTATIONS.description]: description },
  );
  const since = { creationTimestamp: metadata.creationTimestamp };
  const account = parts.serviceAccount;
  return {
    roles: parts.roles.map(role => dated(role, since)),
    bindings: parts.bindings.map(binding => dated(binding, since)),
    serviceAccount: stored
      ? {
          ...stored,
          metadata: {
            ...stored.metadata,
            annotations: {
              ...stored.metadata.annotations,
              ...MANAGED,
              [ANNOTATIONS.description]: description,
            },
          },
        }
      : dated(account, since),
  };
}

function dated<T extends { metadata: { name: string } }>(
  part: T,
  since: { creationTimestamp: string },
): T {
  return { ...part, metadata: { ...part.metadata, ...since } };
}

/** The role that Kubernetes gives every namespace. */
function defaultParts({ metadata }: Project): RoleParts {
  const { name, creationTimestamp } = metadata;
  const { apiVersion } = KINDS.ServiceAccount;
  return {
    serviceAccount: {
      apiVersion,
      kind: 'ServiceAccount',
      metadata: { name: DEFAULT_ROLE, namespace: name, creationTimestamp },
    },
    roles: [],
    bindings: [],
  };
}

/** A ServiceAccount with the Roles of its project that are bound to it. */
function boundParts(
  serviceAccount: ServiceAccount,
  namespace: string,
  stored: StoredRoles,
): RoleParts {
  const bindings = stored.bindings.filter(({ subjects = [] }) =>
    subjects.some(
      subject =>
        subject.kind === 'ServiceAccount' &&
        subject.name === serviceAccount.metadata.name &&
        (subject.namespace ?? namespace) === namespace,
    ),
  );
  const named = bindings.filter(({ roleRef }) => roleRef.kind === 'Role');
  const roles = named.flatMap(
    ({ roleRef: { name } }) => findRole(stored, namespace, name) ?? [],
  );
  return { serviceAccount, roles, bindings };
}

/** The Role that a binding names; a predefined one may be bound to others, too. */
function findRole(
  { roles }: StoredRoles,
  namespace: string,
  name: string,
): Draft<Role> | undefined {
  const predefined = PROJECT_ROLES.find(role => role.name === name);
  return predefined
    ? roleOf({ name, namespace }, predefined.rules)
    : roles.find(({ metadata }) => metadata.name === name);
}

function roleOf(
  { name, namespace }: RolePlace,
  rules: readonly PolicyRule[],
): Draft<Role> {
  return {
    apiVersion: KINDS.Role.apiVersion,
    kind: 'Role',
    metadata: { name, namespace, annotations: MANAGED },
    rules: normalizeRules(rules),
  };
}

/** The parts of a role that Kargo manages: one each, of one name. */
export function newParts(
  { name, namespace }: RolePlace,
  claims: readonly RoleClaim[],
  rules: readonly PolicyRule[],
  annotations: Record<string, string> = {},
): RoleParts {
  const metadata = { name, namespace, annotations: MANAGED };
  return {
    serviceAccount: {
      apiVersion: KINDS.ServiceAccount.apiVersion,
      kind: 'ServiceAccount',
      metadata: {
        name,
        namespace,
        annotations: writeClaims({ ...annotations, ...MANAGED }, claims),
      },
    },
    roles: [roleOf({ name, namespace }, rules)],
    bindings: [
      {
        apiVersion: KINDS.RoleBinding.apiVersion,
        kind: 'RoleBinding',
        metadata,
        roleRef: {
          apiGroup: KINDS.Role.apiVersion.split('/')[0],
          kind: 'Role',
          name,
        },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      },
    ],
  };
}

/** Why a role cannot be edited as a role of Kargo; `undefined` when it can. */
export function whyNotManaged(parts: RoleParts): string | undefined {
  const { serviceAccount, roles, bindings } = parts;
  const { name } = serviceAccount.metadata;
  const foreign = [serviceAccount, ...roles, ...bindings].find(
    ({ metadata }) => metadata.annotations?.[ANNOTATIONS.managed] !== 'true',
  );
  if (foreign) {
    return `${foreign.kind} '${foreign.metadata.name}' is not annotated as managed by Kargo (${ANNOTATIONS.managed}: "true")`;
  }
  if (bindings.length > 1) {
    return `several RoleBindings name ServiceAccount '${name}'`;
  }
  return bindings.length > roles.length
    ? `RoleBinding '${bindings[0].metadata.name}' names ${bindings[0].roleRef.kind} '${bindings[0].roleRef.name}', which is not a Role of the project`
    : undefined;
}

/** The rules of a role, of all that is bound to it. */
export function rulesOf({ roles }: RoleParts): PolicyRule[] {
  return roles.flatMap(({ rules = [] }) => rules);
}

/** What a role is called and where it is. */
export function placeOf({ serviceAccount }: RoleParts): RolePlace {
  const { name, namespace = '' } = serviceAccount.metadata;
  return { name, namespace };
}

/** Who has a role, and what it allows. */
export function grantOf(parts: RoleParts): RoleGrant {
  const claims = readClaims(parts.serviceAccount.metadata.annotations);
  return { claims, rules: rulesOf(parts) };
}

/** A role as Kargo shows it. */
export function roleView(parts: RoleParts): KargoRole {
  const { serviceAccount } = parts;
  const isManaged = whyNotManaged(parts) === undefined;
  const rules = rulesOf(parts);
  const claims = readClaims(serviceAccount.metadata.annotations);
  return {
    apiVersion: ROLE_API_VERSION,
    kind: 'Role',
    metadata: viewMetadata(serviceAccount),
    ...(isManaged && { kargoManaged: true }),
    ...(claims.length > 0 && { claims }),
    // What somebody else wrote may hold wildcards, and is shown as it is.
    rules: isManaged ? normalizeRules(rules) : rules,
  };
}

/** A role as what it is made of. */
export function roleResources(parts: RoleParts): KargoRoleResources {
  const { serviceAccount, roles, bindings } = parts;
  const { name, namespace = '' } = serviceAccount.metadata;
  return {
    apiVersion: ROLE_API_VERSION,
    kind: 'RoleResources',
    metadata: { name, namespace },
    serviceAccount: serviceAccount as ServiceAccount,
    roles: roles as Role[],
    roleBindings: bindings as RoleBinding[],
  };
}

function viewMetadata({ metadata }: Draft<ServiceAccount>): KargoRoleMetadata {
  const { name, namespace = '', creationTimestamp, annotations } = metadata;
  const description = annotations?.[ANNOTATIONS.description];
  return {
    name,
    namespace,
    ...(creationTimestamp && { creationTimestamp }),
    ...(description && {
      annotations: { [ANNOTATIONS.description]: description },
    }),
  };
}
