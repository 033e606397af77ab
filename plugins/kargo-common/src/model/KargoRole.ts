import { z } from 'zod';
import { PolicyRule, Role, RoleBinding, ServiceAccount } from './core';

/** API group and version of Kargo's roles. @public */
export const ROLE_API_VERSION = 'rbac.kargo.akuity.io/v1alpha1';

/** Somebody who signed in carries this claim with one of these values. @public */
export const RoleClaim = z.object({
  name: z.string().min(1),
  values: z.array(z.string()),
});
/** @public */
export type RoleClaim = z.infer<typeof RoleClaim>;

/** What a role of Kargo is called and described by. @public */
export interface KargoRoleMetadata {
  name: string;
  namespace: string;
  creationTimestamp?: string;
  /** Holds the description, if there is one. */
  annotations?: Record<string, string>;
}

/**
 * A role of Kargo: who has it, and what it allows. A view of a ServiceAccount, the Roles
 * that are bound to it and the bindings.
 *
 * @public
 */
export interface KargoRole {
  apiVersion: typeof ROLE_API_VERSION;
  kind: 'Role';
  metadata: KargoRoleMetadata;
  /** Absent when it was put together by hand; it can be read only then. */
  kargoManaged?: boolean;
  claims?: RoleClaim[];
  rules?: PolicyRule[];
}

/** What a role of Kargo is made of. @public */
export interface KargoRoleResources {
  apiVersion: typeof ROLE_API_VERSION;
  kind: 'RoleResources';
  metadata: KargoRoleMetadata;
  serviceAccount: ServiceAccount;
  roles: Role[];
  roleBindings: RoleBinding[];
}
