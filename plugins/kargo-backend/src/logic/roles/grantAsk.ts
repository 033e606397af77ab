import { BasicPermission } from '@backstage/plugin-permission-common';
import {
  kargoClusterManagePermission,
  kargoCredentialsManagePermission,
  kargoFreightAliasPermission,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoProjectReadPermission,
  kargoPromotionAbortPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
  kargoViewPermission,
  ProjectPermission,
  RuleNeed,
  StagePermission,
} from 'backstage-plugin-kargo-common';

/** The permission of the portal that covers a right, and what it is asked about. */
export type GrantAsk =
  | { on: 'installation'; permission: BasicPermission }
  | { on: 'project'; permission: ProjectPermission }
  | { on: 'stages'; permission: StagePermission };

const READING = new Set(['get', 'list', 'watch']);
const OF_THE_INSTALLATION = new Set([
  'projects',
  'namespaces',
  'clusterconfigs',
  'clusterpromotiontasks',
  'clusteranalysistemplates',
]);

/**
 * What somebody must hold to give a right to a role: nobody gives what they do not have.
 *
 * @remarks `permissionNeeds` says the opposite direction; this one asks for at least as much.
 */
export function grantAsk({ verb, resource }: RuleNeed): GrantAsk {
  const reads = READING.has(verb);
  if (OF_THE_INSTALLATION.has(resource)) {
    const create = resource === 'projects' && verb === 'create';
    const write = create
      ? kargoProjectCreatePermission
      : kargoClusterManagePermission;
    return {
      on: 'installation',
      permission: reads ? kargoViewPermission : write,
    };
  }
  if (resource === 'secrets') {
    return { on: 'project', permission: kargoCredentialsManagePermission };
  }
  if (reads) {
    return { on: 'project', permission: kargoProjectReadPermission };
  }
  if (resource === 'stages' && verb === 'promote') {
    return { on: 'stages', permission: kargoStagePromotePermission };
  }
  if (resource === 'stages' && verb === 'patch') {
    return { on: 'stages', permission: kargoStageVerifyPermission };
  }
  if (resource === 'freights' && verb === 'patch') {
    return { on: 'project', permission: kargoFreightAliasPermission };
  }
  if (resource === 'freights/status') {
    return { on: 'stages', permission: kargoStageApprovePermission };
  }
  if (resource === 'promotions' && verb !== 'create') {
    return { on: 'stages', permission: kargoPromotionAbortPermission };
  }
  return { on: 'project', permission: kargoProjectManagePermission };
}
