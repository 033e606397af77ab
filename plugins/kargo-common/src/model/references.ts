import { z } from 'zod';
import { AnyJson } from './json';
import { ResourceName } from './metadata';

/** Where Freight comes from: today always a Warehouse. @public */
export const FreightOrigin = z.strictObject({
  kind: z.literal('Warehouse').default('Warehouse'),
  name: ResourceName,
});
/** @public */
export type FreightOrigin = z.infer<typeof FreightOrigin>;

/** Key of an origin in status maps and annotations: `Warehouse/<name>`. @public */
export function originKey(origin: FreightOrigin): string {
  return `${origin.kind}/${origin.name}`;
}

/** The origin that a key names; `undefined` unless it is `Warehouse/<name>`. @public */
export function parseOriginKey(key: string): FreightOrigin | undefined {
  const [kind, name, ...rest] = key.split('/');
  return kind === 'Warehouse' && name && rest.length === 0
    ? { kind, name }
    : undefined;
}

/** A commit in Freight. @public */
export const GitCommit = z.strictObject({
  repoURL: z.string().min(1),
  id: z.string().optional(),
  branch: z.string().optional(),
  tag: z.string().optional(),
  message: z.string().optional(),
  author: z.string().optional(),
  committer: z.string().optional(),
  subscriptionName: z.string().optional(),
});
/** @public */
export type GitCommit = z.infer<typeof GitCommit>;

/** A container image in Freight. @public */
export const Image = z.strictObject({
  repoURL: z.string().min(1),
  tag: z.string().optional(),
  digest: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  subscriptionName: z.string().optional(),
});
/** @public */
export type Image = z.infer<typeof Image>;

/** A Helm chart in Freight; `name` is empty for charts in OCI registries. @public */
export const Chart = z.strictObject({
  repoURL: z.string().min(1),
  name: z.string().optional(),
  version: z.string().optional(),
  subscriptionName: z.string().optional(),
});
/** @public */
export type Chart = z.infer<typeof Chart>;

/** An artifact found by a subscription of another kind. @public */
export const ArtifactReference = z.strictObject({
  artifactType: z.string().min(1),
  subscriptionName: z.string().min(1),
  version: z.string().min(1),
  metadata: AnyJson.optional(),
});
/** @public */
export type ArtifactReference = z.infer<typeof ArtifactReference>;

/** The content of Freight without alias, status and time of discovery. @public */
export const FreightReference = z.object({
  name: z.string(),
  origin: FreightOrigin,
  commits: z.array(GitCommit).optional(),
  images: z.array(Image).optional(),
  charts: z.array(Chart).optional(),
  artifacts: z.array(ArtifactReference).optional(),
});
/** @public */
export type FreightReference = z.infer<typeof FreightReference>;
