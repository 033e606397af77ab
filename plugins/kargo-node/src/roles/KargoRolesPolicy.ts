import { ServiceUnavailableError } from '@backstage/errors';
import {
  AuthorizeResult,
  isResourcePermission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  RESOURCE_TYPE_KARGO_PROJECT,
  RESOURCE_TYPE_KARGO_STAGE,
} from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  createKargoStageConditionalDecision,
  kargoProjectConditions,
  kargoStageConditions,
} from '../permissions';
import {
  decideByKargoRoles,
  eitherDecision,
  isKargoPermission,
} from './decideByRoles';
import { identityClaims } from './identityClaims';
import { KargoRolesConfig } from './readRolesConfig';

/** What the policy is made of. @public */
export interface KargoRolesPolicyOptions {
  roles: KargoRolesConfig;
  /**
   * Decides about everything else, and about Kargo where its roles do not allow something.
   */
  otherwise: PermissionPolicy;
  /**
   * Address of a user's profile; the claim is absent without it. While it rejects, what needs
   * no address is allowed, and whatever else is asked fails with ServiceUnavailableError.
   */
  findEmail?: (userEntityRef: string) => Promise<string | undefined>;
}

/**
 * Allows in Kargo what its roles allow, or another policy.
 *
 * @public
 */
export class KargoRolesPolicy implements PermissionPolicy {
  static create(options: KargoRolesPolicyOptions): KargoRolesPolicy {
    return new KargoRolesPolicy(options);
  }

  private constructor(private readonly options: KargoRolesPolicyOptions) {}

  async handle(
    query: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    const { roles, otherwise, findEmail } = this.options;
    const other = await otherwise.handle(query, user);
    const { permission } = query;
    if (
      !user ||
      !isKargoPermission(permission) ||
      other.result === AuthorizeResult.ALLOW
    ) {
      return other;
    }
    const { userEntityRef, ownershipEntityRefs } = user.info;
    const decide = (email?: string) => {
      const claims = identityClaims(
        { userEntityRef, ownershipEntityRefs, ...(email && { email }) },
        roles.identity,
      );
      const byRoles = decideByKargoRoles(permission, claims, roles.system);
      return eitherDecision(other, byRoles);
    };
    let email: string | undefined;
    try {
      email = await findEmail?.(userEntityRef);
    } catch (error) {
      const without = decide();
      if (without.result === AuthorizeResult.ALLOW) {
        return without;
      }
      throw new ServiceUnavailableError(
        `Nobody can tell now which roles ${userEntityRef} has in Kargo: the address in the catalog is not to be had`,
        error,
      );
    }
    return decide(email);
  }
}

/**
 * Gives in Kargo what belongs to catalog entities to their owners, and nothing to others;
 * everything else in the portal is allowed.
 *
 * @public
 */
export class KargoOwnersPolicy implements PermissionPolicy {
  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!isKargoPermission(permission)) {
      return { result: AuthorizeResult.ALLOW };
    }
    const claims = user?.info.ownershipEntityRefs ?? [];
    if (user && isResourcePermission(permission, RESOURCE_TYPE_KARGO_PROJECT)) {
      return createKargoProjectConditionalDecision(
        permission,
        kargoProjectConditions.isEntityOwner({ claims }),
      );
    }
    if (user && isResourcePermission(permission, RESOURCE_TYPE_KARGO_STAGE)) {
      return createKargoStageConditionalDecision(
        permission,
        kargoStageConditions.isEntityOwner({ claims }),
      );
    }
    // Whoever is signed in sees that there is Kargo, and in it what is theirs.
    return {
      result:
        user && permission.name === 'kargo.view'
          ? AuthorizeResult.ALLOW
          : AuthorizeResult.DENY,
    };
  }
}
