import {
  Draft,
  PolicyRule,
  Project,
  readClaims,
  ResourceKey,
  ServiceAccount,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { partsOfProject, rulesOf } from '../../logic/roles/roleParts';
import { ResourceStore } from '../../ports/ResourceStore';
import { loadStoredRoles } from './roles';

const roleShape = z.looseObject({ rules: z.array(PolicyRule).optional() });
const bindingShape = z.looseObject({
  roleRef: z.looseObject({ kind: z.string(), name: z.string() }),
});
const accountShape = z.looseObject({
  metadata: z.looseObject({
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});

/**
 * The rights that a manifest gives away in a project: the rules of a Role, those of the
 * Role that is bound, those of the role that people are mapped to. None for other kinds.
 *
 * @remarks What is not even of the right shape gives nothing: admission refuses it.
 */
export async function manifestGrant(
  store: ResourceStore,
  project: Project,
  key: ResourceKey,
  manifest: unknown,
): Promise<PolicyRule[]> {
  switch (key.kind) {
    case 'Role':
      return roleShape.safeParse(manifest).data?.rules ?? [];
    case 'RoleBinding': {
      const { data } = bindingShape.safeParse(manifest);
      return data?.roleRef.kind === 'Role'
        ? rulesOfNamed(store, project, data.roleRef.name)
        : [];
    }
    case 'ServiceAccount': {
      const { data } = accountShape.safeParse(manifest);
      return readClaims(data?.metadata.annotations).length > 0
        ? rulesOfAccount(store, project, key.name)
        : [];
    }
    default:
      return [];
  }
}

/** The rules of a Role, wherever it is bound. */
async function rulesOfNamed(
  store: ResourceStore,
  project: Project,
  name: string,
): Promise<PolicyRule[]> {
  const stored = await loadStoredRoles(store, project);
  const own = stored.roles.filter(role => role.metadata.name === name);
  const predefined = partsOfProject(project, stored)
    .flatMap(({ roles }) => roles)
    .filter(role => role.metadata.name === name);
  return [...own, ...predefined].flatMap(({ rules = [] }) => rules);
}

/** The rules that are bound to a ServiceAccount, which need not be there yet. */
async function rulesOfAccount(
  store: ResourceStore,
  project: Project,
  name: string,
): Promise<PolicyRule[]> {
  const stored = await loadStoredRoles(store, project);
  const account: Draft<ServiceAccount> = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: project.metadata.name },
  };
  const parts = partsOfProject(project, {
    ...stored,
    serviceAccounts: [account as ServiceAccount],
  });
  return parts
    .filter(({ serviceAccount }) => serviceAccount.metadata.name === name)
    .flatMap(rulesOf);
}
