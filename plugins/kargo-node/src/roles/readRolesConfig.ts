import { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  RoleClaim,
  SystemRoleClaims,
  SystemRoleName,
} from 'backstage-plugin-kargo-common';

/** Which claims people of the portal have. @public */
export interface IdentityClaimNames {
  /** Holds the entity reference of the user. */
  user: string;
  /** Holds the address of the user's profile. */
  email: string;
  /** Holds the entity references that the user acts for. */
  groups: string;
  /** Whether what is in the namespace `default` is also known by its name alone. */
  shortNames: boolean;
}

/** What the configuration says of Kargo's roles. @public */
export interface KargoRolesConfig {
  identity: IdentityClaimNames;
  system: SystemRoleClaims;
}

/** Keys of the configuration by the role they tell of. */
const SYSTEM_KEYS: Record<SystemRoleName, string> = {
  'kargo-admin': 'admins',
  'kargo-viewer': 'viewers',
  'kargo-user': 'users',
  'kargo-project-creator': 'projectCreators',
};

/**
 * Reads `kargo.roles`.
 *
 * @throws InputError that names the key
 *
 * @public
 */
export function readKargoRolesConfig(
  root: RootConfigService,
): KargoRolesConfig {
  const config = root.getOptionalConfig('kargo.roles');
  const text = (key: string) => config?.getOptionalString(`identity.${key}`);
  const names = Object.keys(SYSTEM_KEYS) as SystemRoleName[];
  return {
    identity: {
      user: text('user') ?? 'sub',
      email: text('email') ?? 'email',
      groups: text('groups') ?? 'groups',
      shortNames: config?.getOptionalBoolean('identity.shortNames') ?? true,
    },
    system: Object.fromEntries(
      names.map(name => {
        const key = `${SYSTEM_KEYS[name]}.claims`;
        return [name, readClaims(config?.getOptional(key), key)];
      }),
    ),
  };
}

function readClaims(value: unknown, key: string): RoleClaim[] {
  if (value === undefined) {
    return [];
  }
  const claims = Object.entries(value as object).map(([name, given]) => ({
    name,
    values: (Array.isArray(given) ? given : [given]) as unknown[],
  }));
  const isClaim = (claim: (typeof claims)[number]): claim is RoleClaim =>
    claim.values.every(each => typeof each === 'string');
  const isMapping = typeof value === 'object' && !Array.isArray(value);
  if (!isMapping || !claims.every(isClaim)) {
    throw new InputError(
      `kargo.roles.${key} must have a text or a list of texts for every claim`,
    );
  }
  return claims.filter(isClaim);
}
