import {
  MANIFESTS,
  PolicyRule,
  RoleClaim,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';

const roleMetadata = z.object({
  name: z.string(),
  namespace: z.string(),
  creationTimestamp: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** A role of Kargo, as one. */
export const RoleAnswer = z.object({
  apiVersion: z.string(),
  kind: z.literal('Role'),
  metadata: roleMetadata,
  kargoManaged: z
    .boolean()
    .optional()
    .describe('Absent for what was put together by hand, and can only be read'),
  claims: z
    .array(RoleClaim)
    .optional()
    .describe('Who has it: one value of one claim is enough'),
  rules: z.array(PolicyRule).optional(),
});

/** A role of Kargo, as the objects that it is made of. */
const RoleResourcesAnswer = z.object({
  apiVersion: z.string(),
  kind: z.literal('RoleResources'),
  metadata: roleMetadata,
  serviceAccount: MANIFESTS.ServiceAccount,
  roles: z.array(MANIFESTS.Role),
  roleBindings: z.array(MANIFESTS.RoleBinding),
});

/** As what a role was asked for. */
export const RoleOrResourcesAnswer = z.union([RoleAnswer, RoleResourcesAnswer]);
