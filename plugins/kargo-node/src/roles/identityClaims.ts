import { RoleClaim } from 'backstage-plugin-kargo-common';
import { IdentityClaimNames } from './readRolesConfig';

/** Somebody who is signed in to the portal. @public */
export interface PortalIdentity {
  userEntityRef: string;
  ownershipEntityRefs: readonly string[];
  /** Address of the profile, if it is known. */
  email?: string;
}

const DEFAULT_NAMESPACE = /^[^:]+:default\/(.+)$/;

/**
 * What Kargo's roles know of somebody: the reference of the user, the address of the
 * profile, and the groups.
 *
 * @public
 */
export function identityClaims(
  { userEntityRef, ownershipEntityRefs, email }: PortalIdentity,
  names: IdentityClaimNames,
): RoleClaim[] {
  const known = (ref: string) => {
    const short = names.shortNames
      ? DEFAULT_NAMESPACE.exec(ref)?.[1]
      : undefined;
    return short === undefined ? [ref] : [ref, short];
  };
  const groups = ownershipEntityRefs.filter(ref => ref !== userEntityRef);
  return [
    { name: names.user, values: known(userEntityRef) },
    ...(email ? [{ name: names.email, values: [email] }] : []),
    { name: names.groups, values: groups.flatMap(known) },
  ].filter(({ values }) => values.length > 0);
}
