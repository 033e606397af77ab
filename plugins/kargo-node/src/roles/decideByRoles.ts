import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  formatClaims,
  kargoPermissions,
  matchesClaims,
  RESOURCE_TYPE_KARGO_PROJECT,
  RESOURCE_TYPE_KARGO_STAGE,
  RoleClaim,
  rulesGivePermission,
  SYSTEM_ROLES,
  SystemRoleClaims,
} from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  createKargoStageConditionalDecision,
  kargoProjectConditions,
  kargoStageConditions,
} from '../permissions';

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/** Whether a permission is one of Kargo's. @public */
export function isKargoPermission({ name }: Permission): boolean {
  return kargoPermissions.some(permission => permission.name === name);
}

/**
 * What Kargo's roles say of a permission: allowed by a role of the installation, else by
 * the roles of the project that it is asked about.
 *
 * @param claims - of whoever asks, see {@link identityClaims}
 *
 * @public
 */
export function decideByKargoRoles(
  permission: Permission,
  claims: RoleClaim[],
  system: SystemRoleClaims,
): PolicyDecision {
  if (!isKargoPermission(permission)) {
    return DENY;
  }
  const held = Object.fromEntries(
    claims.map(({ name, values }) => [name, values]),
  );
  const rules = SYSTEM_ROLES.filter(({ name }) =>
    matchesClaims(system[name] ?? [], held),
  ).flatMap(role => role.rules);
  if (rulesGivePermission(rules, permission.name)) {
    return ALLOW;
  }
  const asked = {
    claims: formatClaims(claims),
    permission: permission.name,
  };
  if (isResourcePermission(permission, RESOURCE_TYPE_KARGO_PROJECT)) {
    return createKargoProjectConditionalDecision(
      permission,
      kargoProjectConditions.hasKargoRole(asked),
    );
  }
  if (isResourcePermission(permission, RESOURCE_TYPE_KARGO_STAGE)) {
    return createKargoStageConditionalDecision(
      permission,
      kargoStageConditions.hasKargoRole(asked),
    );
  }
  return DENY;
}

/** Allows what one of two decisions about the same permission allows. @public */
export function eitherDecision(
  a: PolicyDecision,
  b: PolicyDecision,
): PolicyDecision {
  if (a.result === AuthorizeResult.CONDITIONAL) {
    if (b.result === AuthorizeResult.CONDITIONAL) {
      return { ...a, conditions: { anyOf: [a.conditions, b.conditions] } };
    }
    return b.result === AuthorizeResult.ALLOW ? b : a;
  }
  return a.result === AuthorizeResult.ALLOW ? a : b;
}
