import {
  Draft,
  PolicyRule,
  Project,
  readClaims,
  Resource,
  ResourceKey,
  Role,
  RoleBinding,
  ServiceAccount,
} from 'backstage-plugin-kargo-common';
import { inTurns } from '../../foreign/inTurns';
import { parseManifest } from '../../logic/admission/parseManifest';
import {
  isPredefined,
  partsOfProject,
  rulesOf,
} from '../../logic/roles/roleParts';
import { ResourceStore } from '../../ports/ResourceStore';
import { ManifestVerb } from './manifestAsks';
import { loadStoredRoles } from './roles';

/**
 * The rights that a manifest gives away in a project: the rules of a Role, those of the
 * Role that is bound, those of the role that people are mapped to. None for other kinds.
 *
 * @remarks
 * It is read as admission reads it, so that nothing is given that was not asked about.
 * Without the ServiceAccount of a predefined role, whoever made the project has the role
 * again: so deleting it gives something, too.
 *
 * @throws InvalidResourceError for a manifest that admission refuses
 */
export async function manifestGrant(
  store: ResourceStore,
  project: Project,
  verb: ManifestVerb,
  { kind, name }: ResourceKey,
  manifest: unknown,
): Promise<PolicyRule[]> {
  if (verb === 'delete') {
    return kind === 'ServiceAccount' && isPredefined(name)
      ? rulesOfAccount(store, project, name)
      : [];
  }
  switch (kind) {
    case 'Role':
      return (await admitted<Role>(manifest)).rules ?? [];
    case 'RoleBinding': {
      const { roleRef } = await admitted<RoleBinding>(manifest);
      return roleRef.kind === 'Role'
        ? rulesOfNamed(store, project, roleRef.name)
        : [];
    }
    case 'ServiceAccount': {
      const { metadata } = await admitted<ServiceAccount>(manifest);
      return readClaims(metadata.annotations).length > 0
        ? rulesOfAccount(store, project, name)
        : [];
    }
    default:
      return [];
  }
}

async function admitted<T extends Resource>(
  manifest: unknown,
): Promise<Draft<T>> {
  const parsed = await inTurns(
    parseManifest(manifest, { subscriptionTypes: [] }),
  );
  // The schema of the kind says what there is.
  return parsed as unknown as Draft<T>;
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
