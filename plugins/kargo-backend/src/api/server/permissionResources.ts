import { PermissionsRegistryService } from '@backstage/backend-plugin-api';
import {
  kargoBasicPermissions,
  kargoProjectPermissions,
  kargoStagePermissions,
  Project,
  ResourceOf,
  RoleGrant,
  Stage,
} from 'backstage-plugin-kargo-common';
import {
  KargoProjectPermissionResource,
  kargoProjectPermissionResourceRef,
  kargoProjectRules,
  KargoStagePermissionResource,
  kargoStagePermissionResourceRef,
  kargoStageRules,
} from 'backstage-plugin-kargo-node';
import { LinkedEntities } from '../../ports/LinkedEntities';
import { ResourceStore } from '../../ports/ResourceStore';
import { loadRoleGrants } from '../resources/roles';

/** Where permission resources are read. */
export interface PermissionResourceSources {
  store: ResourceStore;
  linkedEntities: LinkedEntities;
}

/** A project as permission rules see it. */
export async function projectPermissionResource(
  project: Project,
  linkedEntities: LinkedEntities,
  roles?: RoleGrant[],
): Promise<KargoProjectPermissionResource> {
  const { name, labels = {} } = project.metadata;
  const owners = await linkedEntities.ownersOf(project);
  return {
    kind: 'project',
    project: name,
    labels,
    owners,
    ...(roles && { roles }),
  };
}

/** A Stage as far as permissions are concerned; it may be gone. */
export interface StageIdentity {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
}

/**
 * A Stage as permission rules see it.
 *
 * @param project - the Stage's; without it nobody owns the Stage
 */
export async function stagePermissionResource(
  stage: StageIdentity,
  project: Project | undefined,
  linkedEntities: LinkedEntities,
  roles?: RoleGrant[],
): Promise<KargoStagePermissionResource> {
  const { name, namespace = '', labels = {} } = stage.metadata;
  const owners = project ? await linkedEntities.ownersOf(project, stage) : [];
  return {
    kind: 'stage',
    project: namespace,
    stage: name,
    labels,
    owners,
    ...(roles && { roles }),
  };
}

/** Tells the permission framework what Kargo asks about and how conditions are applied. */
export function registerPermissions(
  registry: PermissionsRegistryService,
  { store, linkedEntities }: PermissionResourceSources,
): void {
  registry.addPermissions(kargoBasicPermissions);
  registry.addResourceType({
    resourceRef: kargoProjectPermissionResourceRef,
    permissions: kargoProjectPermissions,
    rules: Object.values(kargoProjectRules),
    getResources: async refs => {
      const projects = await loadNamed(store, 'Project', '', refs);
      const roles = await loadRoleGrants(store, [...projects.values()]);
      return Promise.all(
        refs.map(async ref => {
          const project = projects.get(ref);
          return (
            project &&
            projectPermissionResource(project, linkedEntities, roles.get(ref))
          );
        }),
      );
    },
  });
  registry.addResourceType({
    resourceRef: kargoStagePermissionResourceRef,
    permissions: kargoStagePermissions,
    rules: Object.values(kargoStageRules),
    getResources: async refs => {
      const stages = await loadStages(store, refs);
      const projects = await projectsOf(store, [...stages.values()]);
      const roles = await loadRoleGrants(store, [...projects.values()]);
      return Promise.all(
        refs.map(async ref => {
          const stage = stages.get(ref);
          const namespace = stage?.metadata.namespace ?? '';
          return (
            stage &&
            stagePermissionResource(
              stage,
              projects.get(namespace),
              linkedEntities,
              roles.get(namespace),
            )
          );
        }),
      );
    },
  });
}

/** The projects of Stages by name, with one read. */
function projectsOf(
  store: ResourceStore,
  stages: readonly StageIdentity[],
): Promise<Map<string, Project>> {
  const names = stages.map(({ metadata: { namespace = '' } }) => namespace);
  return projectsNamed(store, names);
}

/** Projects by name, with one read. */
export function projectsNamed(
  store: ResourceStore,
  names: readonly string[],
): Promise<Map<string, Project>> {
  return loadNamed(store, 'Project', '', names);
}

/** Stages by reference, with one read per project. */
async function loadStages(
  store: ResourceStore,
  refs: string[],
): Promise<Map<string, Stage>> {
  const names = new Map<string, string[]>();
  for (const ref of refs) {
    const [project, stage] = ref.split('/');
    if (stage) {
      names.set(project, [...(names.get(project) ?? []), stage]);
    }
  }
  const found = await Promise.all(
    [...names].map(async ([project, stages]) => {
      const loaded = await loadNamed(store, 'Stage', project, stages);
      return [...loaded].map(
        ([name, stage]) => [`${project}/${name}`, stage] as const,
      );
    }),
  );
  return new Map(found.flat());
}

async function loadNamed<K extends 'Project' | 'Stage'>(
  store: ResourceStore,
  kind: K,
  namespace: string,
  names: readonly string[],
): Promise<Map<string, ResourceOf<K>>> {
  const { items } = await store.list(kind, {
    namespace,
    names: [...new Set(names)],
  });
  return new Map(items.map(item => [item.metadata.name, item]));
}
