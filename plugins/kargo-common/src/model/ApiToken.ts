import { z } from 'zod';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';

/** What a token acts as, and how it is recognized. @public */
export const ApiTokenSpec = z.strictObject({
  /** Name of the role, in the project that the token lies in. */
  role: z.string(),
  /** SHA-256 of the secret part, as 64 hexadecimal digits; the secret is kept nowhere. */
  hash: z.string(),
});
/** @public */
export type ApiTokenSpec = z.infer<typeof ApiTokenSpec>;

/** A token of the API; written by Kargo alone, and told as a Secret. @public */
export interface ApiToken extends Resource {
  kind: 'ApiToken';
  spec: ApiTokenSpec;
  status?: {
    /** RFC 3339; a minute late at most. */
    lastUsedAt?: string;
  };
}

/** Manifest of an {@link ApiToken}. @public */
export const ApiTokenManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('ApiToken'),
  metadata: ManifestMetadata,
  spec: ApiTokenSpec,
  status: z.unknown().optional(),
});
