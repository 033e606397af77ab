import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  isPermission,
  isResourcePermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import {
  kargoClusterManagePermission,
  kargoPermissions,
  kargoProjectCreatePermission,
  kargoProjectReadPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  kargoViewPermission,
  RESOURCE_TYPE_KARGO_PROJECT,
  RESOURCE_TYPE_KARGO_STAGE,
} from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  createKargoStageConditionalDecision,
  kargoProjectConditions,
  KargoRolesConfig,
  KargoRolesPolicy,
  kargoStageConditions,
  readKargoRolesConfig,
} from 'backstage-plugin-kargo-node';

const releaseManagers = 'group:default/release-managers';
const developers = 'group:default/guestbook-team';

const allow: PolicyDecision = { result: AuthorizeResult.ALLOW };
const deny: PolicyDecision = { result: AuthorizeResult.DENY };

/**
 * Who may do what in the demo, whatever roles they have.
 *
 * - everybody signed in sees everything
 * - release managers may do everything
 * - owners run their projects and promote to any Stage but `prod`; only release
 *   managers promote there and approve Freight past its checks
 */
class DemoPolicy implements PermissionPolicy {
  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    const isOfKargo = kargoPermissions.some(own =>
      isPermission(permission, own),
    );
    if (!isOfKargo) return allow;
    if (!user) return deny;
    const claims = user.info.ownershipEntityRefs;
    if (
      isPermission(permission, kargoViewPermission) ||
      isPermission(permission, kargoProjectReadPermission) ||
      claims.includes(releaseManagers)
    ) {
      return allow;
    }
    if (isPermission(permission, kargoProjectCreatePermission)) {
      return claims.includes(developers) ? allow : deny;
    }
    if (
      isPermission(permission, kargoClusterManagePermission) ||
      isPermission(permission, kargoStageApprovePermission)
    ) {
      return deny;
    }
    return decideByOwnership(permission, claims);
  }
}

function decideByOwnership(
  permission: PolicyQuery['permission'],
  claims: string[],
): PolicyDecision {
  if (isResourcePermission(permission, RESOURCE_TYPE_KARGO_PROJECT)) {
    return createKargoProjectConditionalDecision(
      permission,
      kargoProjectConditions.isEntityOwner({ claims }),
    );
  }
  if (isResourcePermission(permission, RESOURCE_TYPE_KARGO_STAGE)) {
    const isOwner = kargoStageConditions.isEntityOwner({ claims });
    const isProduction = kargoStageConditions.stageName({ stages: ['prod'] });
    return createKargoStageConditionalDecision(
      permission,
      isPermission(permission, kargoStagePromotePermission)
        ? { allOf: [isOwner, { not: isProduction }] }
        : isOwner,
    );
  }
  return deny;
}

/**
 * The policy of the demo: beside {@link DemoPolicy} Kargo's own roles allow what they do.
 * Whoever makes a project has those of the project, and so can run it before the catalog
 * knows whose it is.
 */
export function createDemoPolicy(roles: KargoRolesConfig): PermissionPolicy {
  return KargoRolesPolicy.create({ roles, otherwise: new DemoPolicy() });
}

/** Sets the policy of the demo. */
export const demoPolicyModule = createBackendModule({
  pluginId: 'permission',
  moduleId: 'demo-policy',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        policy: policyExtensionPoint,
      },
      async init({ config, policy }) {
        policy.setPolicy(createDemoPolicy(readKargoRolesConfig(config)));
      },
    });
  },
});
