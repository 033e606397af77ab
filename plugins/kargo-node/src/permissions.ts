import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import {
  matchesGlob,
  RESOURCE_TYPE_KARGO_PROJECT,
  RESOURCE_TYPE_KARGO_STAGE,
  parseClaims,
  RoleClaim,
  RoleGrant,
  rolesGivePermission,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';

/** A project as permission rules see it. @public */
export interface KargoProjectPermissionResource {
  kind: 'project';
  project: string;
  /** Labels of the Project. */
  labels: Record<string, string>;
  /** Entity references of the owners of the catalog entities that the project belongs to. */
  owners: string[];
  /** The roles of the project; absent when nothing asks for them. */
  roles?: RoleGrant[];
}

/** A Stage as permission rules see it. @public */
export interface KargoStagePermissionResource {
  kind: 'stage';
  project: string;
  stage: string;
  /** Labels of the Stage. */
  labels: Record<string, string>;
  /** Entity references of the owners of the catalog entities that the Stage belongs to. */
  owners: string[];
  /** The roles of its project; absent when nothing asks for them. */
  roles?: RoleGrant[];
}

type KargoPermissionResource =
  | KargoProjectPermissionResource
  | KargoStagePermissionResource;

/**
 * What a rule asks of a resource, as data: one field and what it must hold.
 *
 * @public
 */
export type KargoPermissionFilter =
  | { key: 'project' | 'stage'; globs: string[] }
  | { key: 'label'; label: string; values?: string[] }
  | { key: 'owner'; entityRefs: string[] }
  | { key: 'role'; claims: RoleClaim[]; permission: string };

/** Whether a resource is what a filter asks for. @public */
export function matchesPermissionFilter(
  resource: KargoPermissionResource,
  filter: KargoPermissionFilter,
): boolean {
  switch (filter.key) {
    case 'project':
      return filter.globs.some(glob => matchesGlob(glob, resource.project));
    case 'stage':
      return (
        resource.kind === 'stage' &&
        filter.globs.some(glob => matchesGlob(glob, resource.stage))
      );
    case 'label': {
      const value = resource.labels[filter.label];
      return value !== undefined && (filter.values?.includes(value) ?? true);
    }
    case 'owner':
      return resource.owners.some(owner =>
        filter.entityRefs.some(ref => ref.toLocaleLowerCase('en-US') === owner),
      );
    case 'role':
      return rolesGivePermission(
        resource.roles ?? [],
        filter.claims,
        filter.permission,
        resource.kind === 'stage' ? resource.stage : undefined,
      );
    default:
      return false;
  }
}

/** Projects in permission rules. @public */
export const kargoProjectPermissionResourceRef = createPermissionResourceRef<
  KargoProjectPermissionResource,
  KargoPermissionFilter
>().with({ pluginId: 'kargo', resourceType: RESOURCE_TYPE_KARGO_PROJECT });

/** Stages in permission rules. @public */
export const kargoStagePermissionResourceRef = createPermissionResourceRef<
  KargoStagePermissionResource,
  KargoPermissionFilter
>().with({ pluginId: 'kargo', resourceType: RESOURCE_TYPE_KARGO_STAGE });

const projectsParams = z.object({
  projects: z
    .array(z.string())
    .describe('Names of projects; * stands for any characters'),
});

const stagesParams = z.object({
  stages: z
    .array(z.string())
    .describe('Names of Stages; * stands for any characters'),
});

const labelParams = z.object({
  label: z.string().describe('Name of the label'),
  values: z
    .array(z.string())
    .optional()
    .describe('Accepted values; any value without them'),
});

const ownerParams = z.object({
  claims: z
    .array(z.string())
    .describe('Entity references of users and groups, of which one must own'),
});

const roleParams = z.object({
  claims: z
    .array(z.string())
    .describe('What is known of the caller: name=value, as roles name claims'),
  permission: z
    .string()
    .describe(
      'Name of the permission that is asked for: rules hold for others',
    ),
});

function projectFilter({
  projects,
}: z.output<typeof projectsParams>): KargoPermissionFilter {
  return { key: 'project', globs: projects };
}

function stageFilter({
  stages,
}: z.output<typeof stagesParams>): KargoPermissionFilter {
  return { key: 'stage', globs: stages };
}

function labelFilter({
  label,
  values,
}: z.output<typeof labelParams>): KargoPermissionFilter {
  return { key: 'label', label, ...(values && { values }) };
}

function ownerFilter({
  claims,
}: z.output<typeof ownerParams>): KargoPermissionFilter {
  return { key: 'owner', entityRefs: claims };
}

function roleFilter({
  claims,
  permission,
}: z.output<typeof roleParams>): KargoPermissionFilter {
  return { key: 'role', claims: parseClaims(claims), permission };
}

/** A rule applies as the filter it translates to, so the two cannot disagree. */
function asRule<P>(toQuery: (params: P) => KargoPermissionFilter) {
  return {
    toQuery,
    apply: (resource: KargoPermissionResource, params: P) =>
      matchesPermissionFilter(resource, toQuery(params)),
  };
}

const inProject = {
  name: 'IN_PROJECT',
  description: 'Allow what is in one of the projects',
  paramsSchema: projectsParams,
  ...asRule(projectFilter),
};

const hasLabel = {
  name: 'HAS_LABEL',
  description: 'Allow what carries a label, with one of the values if given',
  paramsSchema: labelParams,
  ...asRule(labelFilter),
};

const isEntityOwner = {
  name: 'IS_ENTITY_OWNER',
  description:
    'Allow what belongs to a catalog entity that one of the given users and groups owns',
  paramsSchema: ownerParams,
  ...asRule(ownerFilter),
};

const stageName = {
  name: 'STAGE_NAME',
  description: 'Allow Stages of one of the names',
  paramsSchema: stagesParams,
  ...asRule(stageFilter),
};

/** Name of the rule that reads the roles of projects. @public */
export const HAS_KARGO_ROLE = 'HAS_KARGO_ROLE';

const hasKargoRole = {
  name: HAS_KARGO_ROLE,
  description:
    "Allow what one of Kargo's roles in the project allows to somebody with one of the claims",
  paramsSchema: roleParams,
  ...asRule(roleFilter),
};

const ofProject = { resourceRef: kargoProjectPermissionResourceRef };
const ofStage = { resourceRef: kargoStagePermissionResourceRef };

/** Rules for permissions about projects. @public */
export const kargoProjectRules = {
  inProject: createPermissionRule({ ...inProject, ...ofProject }),
  hasLabel: createPermissionRule({ ...hasLabel, ...ofProject }),
  isEntityOwner: createPermissionRule({ ...isEntityOwner, ...ofProject }),
  hasKargoRole: createPermissionRule({ ...hasKargoRole, ...ofProject }),
};

/** Rules for permissions about Stages. @public */
export const kargoStageRules = {
  inProject: createPermissionRule({ ...inProject, ...ofStage }),
  stageName: createPermissionRule({ ...stageName, ...ofStage }),
  hasLabel: createPermissionRule({ ...hasLabel, ...ofStage }),
  isEntityOwner: createPermissionRule({ ...isEntityOwner, ...ofStage }),
  hasKargoRole: createPermissionRule({ ...hasKargoRole, ...ofStage }),
};

const projectExports = createConditionExports({
  resourceRef: kargoProjectPermissionResourceRef,
  rules: kargoProjectRules,
});

const stageExports = createConditionExports({
  resourceRef: kargoStagePermissionResourceRef,
  rules: kargoStageRules,
});

/** Conditions for decisions about projects. @public */
export const kargoProjectConditions = projectExports.conditions;

/** Makes a conditional decision about a project. @public */
export const createKargoProjectConditionalDecision =
  projectExports.createConditionalDecision;

/** Conditions for decisions about Stages. @public */
export const kargoStageConditions = stageExports.conditions;

/** Makes a conditional decision about a Stage. @public */
export const createKargoStageConditionalDecision =
  stageExports.createConditionalDecision;
