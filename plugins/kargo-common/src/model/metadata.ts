import { z } from 'zod';

/**
 * Name pattern of Kubernetes objects (RFC 1123 subdomain), 1 to 253 characters.
 *
 * @public
 */
export const RESOURCE_NAME_PATTERN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * A resource name: RFC 1123 subdomain of 1 to 253 characters.
 *
 * @public
 */
export const ResourceName = z
  .string()
  .min(1)
  .max(253)
  .regex(RESOURCE_NAME_PATTERN, {
    error: 'expected a lower-case RFC 1123 name (letters, digits, "-" and ".")',
  });

/** Points from a dependent resource to its owner. @public */
export const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
  blockOwnerDeletion: z.boolean().optional(),
});
/** @public */
export type OwnerReference = z.infer<typeof OwnerReference>;

/**
 * Metadata as a user writes it in a manifest. What the store sets (`uid`,
 * `resourceVersion`, …) is accepted, because people apply what they exported,
 * and is ignored on create.
 *
 * @public
 */
export const ManifestMetadata = z.object({
  name: z.string().optional(),
  generateName: z.string().optional(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z.array(OwnerReference).optional(),
});

/**
 * Metadata of a stored resource.
 *
 * @remarks
 * `resourceVersion` is opaque and changes with every write; `generation` counts
 * changes of anything but metadata and status; times are RFC 3339 in UTC with
 * second precision, as Kubernetes writes them.
 *
 * @public
 */
export interface ResourceMetadata {
  name: string;
  /** The project. Absent on cluster-scoped kinds. */
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

/**
 * Any resource as the store keeps it.
 *
 * @public
 */
export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: ResourceMetadata;
}

/**
 * A resource on its way into the store: metadata may lack what the store sets.
 *
 * @public
 */
export type Draft<T extends Resource> = Omit<T, 'metadata'> & {
  metadata: Pick<ResourceMetadata, 'name'> & Partial<ResourceMetadata>;
};

/**
 * Names one resource: kind, namespace (`''` for cluster-scoped kinds) and name.
 *
 * @public
 */
export interface ResourceKey<K extends string = string> {
  kind: K;
  namespace: string;
  name: string;
}

/** The key of a resource. @public */
export function keyOf<K extends string>(resource: {
  kind: K;
  metadata: { name: string; namespace?: string };
}): ResourceKey<K> {
  return {
    kind: resource.kind,
    namespace: resource.metadata.namespace ?? '',
    name: resource.metadata.name,
  };
}

/** `Kind namespace/name`, for messages and logs. @public */
export function formatKey(key: ResourceKey): string {
  return key.namespace
    ? `${key.kind} ${key.namespace}/${key.name}`
    : `${key.kind} ${key.name}`;
}
