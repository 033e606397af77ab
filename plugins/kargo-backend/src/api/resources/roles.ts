import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  ANNOTATIONS,
  Draft,
  findRulesProblem,
  normalizeRules,
  PolicyRule,
  problemAt,
  Project,
  Resource,
  RESOURCE_NAME_PATTERN,
  Role,
  RoleBinding,
  RoleClaim,
  RoleGrant,
  ServiceAccount,
  writeClaims,
} from 'backstage-plugin-kargo-common';
import { InvalidResourceError } from '../../logic/admission/InvalidResourceError';
import {
  grantOf,
  isPredefined,
  newParts,
  partsOfProject,
  placeOf,
  RoleParts,
  RolePlace,
  StoredRoles,
  whyNotManaged,
} from '../../logic/roles/roleParts';
import { anyKey } from '../../ports/kinds';
import { ResourceStore } from '../../ports/ResourceStore';

/** What a role is to be. */
export interface RoleContent {
  claims: readonly RoleClaim[];
  rules: readonly PolicyRule[];
  description?: string;
}

/** Every role of a project, by name. */
export async function loadRoles(
  store: ResourceStore,
  project: Project,
): Promise<RoleParts[]> {
  return partsOfProject(project, await loadStoredRoles(store, project));
}

/** What is stored of the roles of a project. */
export async function loadStoredRoles(
  store: ResourceStore,
  project: Project,
): Promise<StoredRoles> {
  const namespace = project.metadata.name;
  const [serviceAccounts, roles, bindings] = await Promise.all([
    store.list('ServiceAccount', { namespace }),
    store.list('Role', { namespace }),
    store.list('RoleBinding', { namespace }),
  ]);
  return {
    serviceAccounts: serviceAccounts.items,
    roles: roles.items,
    bindings: bindings.items,
  };
}

/** Who has which rights in projects, by their names; three reads however many there are. */
export async function loadRoleGrants(
  store: ResourceStore,
  projects: readonly Project[],
): Promise<Map<string, RoleGrant[]>> {
  const [only] = projects;
  const where =
    projects.length === 1 ? { namespace: only.metadata.name } : undefined;
  const [serviceAccounts, roles, bindings] = await Promise.all([
    store.list('ServiceAccount', where),
    store.list('Role', where),
    store.list('RoleBinding', where),
  ]);
  return new Map(
    projects.map(project => {
      const within = <T extends Resource>({ items }: { items: T[] }) =>
        items.filter(
          ({ metadata }) => metadata.namespace === project.metadata.name,
        );
      const parts = partsOfProject(project, {
        serviceAccounts: within(serviceAccounts),
        roles: within(roles),
        bindings: within(bindings),
      });
      return [project.metadata.name, parts.map(grantOf)];
    }),
  );
}

/** @throws NotFoundError */
export async function getRole(
  store: ResourceStore,
  project: Project,
  name: string,
): Promise<RoleParts> {
  return pickRole(await loadRoles(store, project), name);
}

/** @throws NotFoundError */
export function pickRole(all: readonly RoleParts[], name: string): RoleParts {
  const found = all.find(
    ({ serviceAccount }) => serviceAccount.metadata.name === name,
  );
  if (!found) {
    throw new NotFoundError(`Role '${name}' does not exist`);
  }
  return found;
}

/** @throws InputError that says why a role cannot be edited */
export function demandManaged(parts: RoleParts): void {
  const reason = whyNotManaged(parts);
  if (reason) {
    const { name } = parts.serviceAccount.metadata;
    throw new InputError(`Role '${name}' cannot be edited: ${reason}`);
  }
}

/**
 * Makes the parts of a role, all or none.
 *
 * @throws InputError for rules that make no sense, InvalidResourceError for the name,
 * ConflictError when one of the parts exists
 */
export async function createRole(
  store: ResourceStore,
  project: Project,
  name: string,
  content: RoleContent,
): Promise<RoleParts> {
  checkName(name);
  checkRules(content.rules);
  if (isPredefined(name)) {
    throw new ConflictError(`Role '${name}' exists: every project has it`);
  }
  if (project.metadata.deletionTimestamp) {
    throw new ConflictError(
      `Project '${project.metadata.name}' is being deleted; try again when it is gone`,
    );
  }
  const place = { name, namespace: project.metadata.name };
  const parts = newParts(
    place,
    content.claims,
    content.rules,
    describe(content.description),
  );
  await store.write([
    { create: parts.serviceAccount },
    ...[...parts.roles, ...parts.bindings].map(part => ({
      // What is made with a ServiceAccount goes with it.
      createAfter: ([owner]: readonly Resource[]) => ownedBy(owner, part),
    })),
  ]);
  return getRole(store, project, name);
}

function checkName(name: string): void {
  if (name.length > 253 || !RESOURCE_NAME_PATTERN.test(name)) {
    throw new InvalidResourceError(`Role '${name}'`, [
      problemAt(
        { metadata: { name } },
        ['metadata', 'name'],
        'a lower-case RFC 1123 name (letters, digits, "-" and ".")',
      ),
    ]);
  }
}

/** @throws InputError */
export function checkRules(rules: readonly PolicyRule[]): void {
  const problem = findRulesProblem(rules);
  if (problem) {
    throw new InputError(problem);
  }
}

function describe(description: string | undefined): Record<string, string> {
  return description ? { [ANNOTATIONS.description]: description } : {};
}

function ownedBy<T extends Draft<Role> | Draft<RoleBinding>>(
  { apiVersion, kind, metadata: { name, uid } }: Resource,
  part: T,
): T {
  const owner = { apiVersion, kind, name, uid, controller: true };
  return { ...part, metadata: { ...part.metadata, ownerReferences: [owner] } };
}

/**
 * Changes who has a role.
 *
 * @throws ConflictError when somebody else changed it meanwhile
 */
export async function writeRoleClaims(
  store: ResourceStore,
  { serviceAccount }: RoleParts,
  claims: readonly RoleClaim[],
  description?: string | null,
): Promise<void> {
  const { annotations = {}, ...metadata } = serviceAccount.metadata;
  const kept = writeClaims(annotations, claims);
  if (description === null) {
    delete kept[ANNOTATIONS.description];
  }
  const changed = {
    ...serviceAccount,
    metadata: {
      ...metadata,
      annotations: { ...kept, ...describe(description ?? undefined) },
    },
  } as Draft<ServiceAccount>;
  // Predefined roles are stored only once somebody else has them.
  await (metadata.uid ? store.replace(changed) : store.create(changed));
}

/**
 * Changes what a role allows. A role that has no Role yet gets one.
 *
 * @throws InputError for a predefined role; ConflictError when somebody else changed it
 * meanwhile
 */
export async function writeRoleRules(
  store: ResourceStore,
  parts: RoleParts,
  rules: readonly PolicyRule[],
): Promise<void> {
  const place = placeOf(parts);
  demandOwnRules(place);
  const [role] = parts.roles;
  if (role) {
    await store.replace({ ...role, rules: normalizeRules(rules) });
    return;
  }
  const owner = parts.serviceAccount as Resource;
  const made = newParts(place, [], rules);
  await store.write(
    [...made.roles, ...made.bindings].map(part => ({
      create: ownedBy(owner, part),
    })),
  );
}

/** @throws InputError for a role whose rules are fixed */
export function demandOwnRules({ name }: RolePlace): void {
  if (isPredefined(name)) {
    throw new InputError(
      `What role '${name}' allows is the same in every project; make a role of your own for other rules`,
    );
  }
}

/** Deletes the parts of a role, and with the ServiceAccount its tokens. */
export async function deleteRole(
  store: ResourceStore,
  parts: RoleParts,
): Promise<void> {
  const { name } = placeOf(parts);
  if (isPredefined(name)) {
    throw new InputError(
      `Every project has role '${name}'; revoke its claims instead`,
    );
  }
  await deleteIfThere(store, parts.serviceAccount);
  for (const part of [...parts.bindings, ...parts.roles]) {
    await deleteIfThere(store, part);
  }
}

async function deleteIfThere(
  store: ResourceStore,
  { kind, metadata: { name, namespace = '' } }: Draft<Resource>,
): Promise<void> {
  const key = anyKey({ kind, namespace, name });
  if (await store.find(key)) {
    await store.delete(key);
  }
}
