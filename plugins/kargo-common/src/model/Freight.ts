import { z } from 'zod';
import { JsonValue } from './json';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';
import {
  ArtifactReference,
  Chart,
  FreightOrigin,
  FreightReference,
  GitCommit,
  Image,
} from './references';

/** Status of Freight: where it is, was verified and is approved, by Stage name. @public */
export interface FreightStatus {
  currentlyIn?: Record<string, { since?: string }>;
  verifiedIn?: Record<string, { verifiedAt?: string; longestSoak?: string }>;
  approvedFor?: Record<string, { approvedAt?: string }>;
  metadata?: Record<string, JsonValue>;
}

/** An immutable set of artifact revisions that move together. Its content is top-level. @public */
export interface Freight extends Resource {
  kind: 'Freight';
  alias?: string;
  discoveredAt?: string;
  origin: FreightOrigin;
  commits?: GitCommit[];
  images?: Image[];
  charts?: Chart[];
  artifacts?: ArtifactReference[];
  status?: FreightStatus;
}

/** Manifest of {@link Freight}. @public */
export const FreightManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('Freight'),
  metadata: ManifestMetadata,
  alias: z
    .string()
    .max(63)
    .regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, {
      error:
        "expected at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
    })
    .optional(),
  discoveredAt: z.iso.datetime({ offset: true }).optional(),
  origin: FreightOrigin,
  commits: z.array(GitCommit).optional(),
  images: z.array(Image).optional(),
  charts: z.array(Chart).optional(),
  artifacts: z.array(ArtifactReference).optional(),
  status: z.unknown().optional(),
});

/** The part of Freight that Stages and Promotions record. @public */
export function freightReference(freight: Freight): FreightReference {
  const { commits, images, charts, artifacts, origin } = freight;
  return {
    name: freight.metadata.name,
    origin,
    ...(commits?.length && { commits }),
    ...(images?.length && { images }),
    ...(charts?.length && { charts }),
    ...(artifacts?.length && { artifacts }),
  };
}

/** When the Freight was found: `discoveredAt`, else its creation. Ordering key everywhere. @public */
export function freightDiscoveredAt(freight: Freight): string {
  return freight.discoveredAt ?? freight.metadata.creationTimestamp;
}
