import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type of permissions that concern one project. @public */
export const RESOURCE_TYPE_KARGO_PROJECT = 'kargo-project';

/** Resource type of permissions that concern one Stage. @public */
export const RESOURCE_TYPE_KARGO_STAGE = 'kargo-stage';

/** Whether the caller sees Kargo at all. Basic, so that interfaces can be gated by it. @public */
export const kargoViewPermission = createPermission({
  name: 'kargo.view',
  attributes: { action: 'read' },
});

/** Create projects. @public */
export const kargoProjectCreatePermission = createPermission({
  name: 'kargo.project.create',
  attributes: { action: 'create' },
});

/** Change what all projects share: cluster configuration, shared tasks, templates and credentials. @public */
export const kargoClusterManagePermission = createPermission({
  name: 'kargo.cluster.manage',
  attributes: { action: 'update' },
});

/** Read a project and everything in it but credentials. @public */
export const kargoProjectReadPermission = createPermission({
  name: 'kargo.project.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_KARGO_PROJECT,
});

/** Write and delete a project and the Warehouses, Stages, tasks and configuration in it. @public */
export const kargoProjectManagePermission = createPermission({
  name: 'kargo.project.manage',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_KARGO_PROJECT,
});

/** Give Freight of a project another alias. @public */
export const kargoFreightAliasPermission = createPermission({
  name: 'kargo.freight.alias',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_KARGO_PROJECT,
});

/** List, write and delete the credentials of a project; values are never shown. @public */
export const kargoCredentialsManagePermission = createPermission({
  name: 'kargo.credentials.manage',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_KARGO_PROJECT,
});

/** Promote Freight to a Stage. @public */
export const kargoStagePromotePermission = createPermission({
  name: 'kargo.stage.promote',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_KARGO_STAGE,
});

/** Approve Freight for a Stage past verification and soak time. @public */
export const kargoStageApprovePermission = createPermission({
  name: 'kargo.stage.approve',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_KARGO_STAGE,
});

/** Verify the Freight of a Stage again, and abort a verification. @public */
export const kargoStageVerifyPermission = createPermission({
  name: 'kargo.stage.verify',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_KARGO_STAGE,
});

/** Abort a Promotion to a Stage. @public */
export const kargoPromotionAbortPermission = createPermission({
  name: 'kargo.promotion.abort',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_KARGO_STAGE,
});

/** Permissions that concern no resource. @public */
export const kargoBasicPermissions = [
  kargoViewPermission,
  kargoProjectCreatePermission,
  kargoClusterManagePermission,
];

/** Permissions that are asked about a project. @public */
export const kargoProjectPermissions = [
  kargoProjectReadPermission,
  kargoProjectManagePermission,
  kargoFreightAliasPermission,
  kargoCredentialsManagePermission,
];

/** Permissions that are asked about a Stage. @public */
export const kargoStagePermissions = [
  kargoStagePromotePermission,
  kargoStageApprovePermission,
  kargoStageVerifyPermission,
  kargoPromotionAbortPermission,
];

/** Every permission of Kargo. @public */
export const kargoPermissions = [
  ...kargoBasicPermissions,
  ...kargoProjectPermissions,
  ...kargoStagePermissions,
];

/**
 * The resource reference of a project or, with a name, of a Stage in permission
 * requests: `shop` or `shop/prod`.
 *
 * @public
 */
export function kargoResourceRef(project: string, stage?: string): string {
  return stage === undefined ? project : `${project}/${stage}`;
}
