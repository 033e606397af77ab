import { z } from 'zod';
import { ManifestMetadata, OwnerReference, Resource } from './metadata';

/** A Kubernetes Secret; `data` is base64. The store keeps it encrypted. @public */
export interface Secret extends Resource {
  kind: 'Secret';
  type?: string;
  data?: Record<string, string>;
}

/** A Kubernetes ConfigMap. @public */
export interface ConfigMap extends Resource {
  kind: 'ConfigMap';
  data?: Record<string, string>;
}

/** A Kubernetes ServiceAccount; its annotations map claims to roles. @public */
export interface ServiceAccount extends Resource {
  kind: 'ServiceAccount';
}

/** A rule of a Role. @public */
export const PolicyRule = z.looseObject({
  apiGroups: z.array(z.string()).optional(),
  resources: z.array(z.string()).optional(),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
/** @public */
export type PolicyRule = z.infer<typeof PolicyRule>;

/** A Kubernetes Role. @public */
export interface Role extends Resource {
  kind: 'Role';
  rules?: PolicyRule[];
}

/** A Kubernetes RoleBinding. @public */
export interface RoleBinding extends Resource {
  kind: 'RoleBinding';
  roleRef: { apiGroup: string; kind: string; name: string };
  subjects?: Array<{ kind: string; name: string; namespace?: string }>;
}

/** Something that happened, in the format of Kubernetes events. @public */
export interface KargoEvent extends Resource {
  kind: 'Event';
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  involvedObject: {
    apiVersion: string;
    kind: string;
    namespace?: string;
    name: string;
    uid?: string;
  };
  source?: { component: string };
  firstTimestamp?: string;
  lastTimestamp?: string;
  count?: number;
}

const strings = z.record(z.string(), z.string());

const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Line breaks in it are of YAML's making. */
const base64 = z
  .string()
  .refine(text => BASE64.test(text.replace(/[\r\n]/g, '')), {
    error: 'expected base64; a text as it is belongs under stringData',
  });

/** Manifest of a {@link Secret}; `stringData` is merged into `data` when it is stored. @public */
export const SecretManifest = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Secret'),
  metadata: ManifestMetadata,
  type: z.string().optional(),
  immutable: z.boolean().optional(),
  data: z.record(z.string(), base64).optional(),
  stringData: strings.optional(),
});

/** Manifest of a {@link ConfigMap}. @public */
export const ConfigMapManifest = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata: ManifestMetadata,
  immutable: z.boolean().optional(),
  data: strings.optional(),
  binaryData: strings.optional(),
});

/** Manifest of a {@link ServiceAccount}. @public */
export const ServiceAccountManifest = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ServiceAccount'),
  metadata: ManifestMetadata,
});

/** Manifest of a {@link Role}. @public */
export const RoleManifest = z.strictObject({
  apiVersion: z.literal('rbac.authorization.k8s.io/v1'),
  kind: z.literal('Role'),
  metadata: ManifestMetadata,
  rules: z.array(PolicyRule).optional(),
});

/** Manifest of a {@link RoleBinding}. @public */
export const RoleBindingManifest = z.strictObject({
  apiVersion: z.literal('rbac.authorization.k8s.io/v1'),
  kind: z.literal('RoleBinding'),
  metadata: ManifestMetadata,
  roleRef: z.strictObject({
    apiGroup: z.string(),
    kind: z.string(),
    name: z.string(),
  }),
  subjects: z
    .array(
      z.strictObject({
        apiGroup: z.string().optional(),
        kind: z.string(),
        name: z.string(),
        namespace: z.string().optional(),
      }),
    )
    .optional(),
});

/** Manifest of a {@link KargoEvent}. @public */
export const EventManifest = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Event'),
  metadata: ManifestMetadata.extend({
    ownerReferences: z.array(OwnerReference).optional(),
  }),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  involvedObject: z.looseObject({ kind: z.string(), name: z.string() }),
});
