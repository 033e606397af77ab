import { RepoCredentials } from 'backstage-plugin-kargo-node';

/** A repository in a registry and how to reach it. */
export interface ImageRepository {
  /** As a manifest writes it: `nginx`, `ghcr.io/acme/web`, `localhost:5000/x/y`, `oci://ghcr.io/acme/chart`. */
  repoURL: string;
  credentials?: RepoCredentials;
  insecureSkipTLSVerify?: boolean;
}

/** A platform of an index entry, in OCI terms. */
export interface ImagePlatform {
  os: string;
  architecture: string;
  variant?: string;
}

/** One child of an index. */
export interface ImageIndexEntry {
  digest: string;
  mediaType: string;
  platform?: ImagePlatform;
  annotations?: Record<string, string>;
}

/** A manifest or index, parsed as far as discovery needs it. */
export type ImageManifest =
  | {
      kind: 'index';
      digest: string;
      mediaType: string;
      annotations: Record<string, string>;
      entries: ImageIndexEntry[];
    }
  | {
      kind: 'image';
      digest: string;
      mediaType: string;
      annotations: Record<string, string>;
      configDigest?: string;
      configMediaType?: string;
    };

/** What an image config says, as far as discovery needs it. */
export interface ImageConfig {
  created?: string;
  labels: Record<string, string>;
  platform?: ImagePlatform;
  /** Creation time of the newest layer in the history. */
  newestHistory?: string;
}

/**
 * Reads image repositories over the OCI distribution protocol.
 *
 * @remarks
 * Missing things are `undefined`; refused credentials are `CredentialsRejectedError`;
 * a host that is down, throttles or answers oddly is `UpstreamUnavailableError`.
 * Content fetched by digest is checked against it and cached. Requests to one registry
 * with the same credentials share an adaptive rate limit.
 */
export interface ImageRegistry {
  /** All tags; calls for the same repository that overlap share them. */
  listTags(
    repository: ImageRepository,
    options?: {
      /** Whether the list must be asked for from now on. */
      force?: boolean;
      signal?: AbortSignal;
    },
  ): Promise<string[]>;
  /** Digest and media type a tag points to, by `HEAD` (or `GET` where a registry lacks it). */
  resolveTag(
    repository: ImageRepository,
    tag: string,
    options?: { signal?: AbortSignal },
  ): Promise<{ digest: string; mediaType: string } | undefined>;
  /** A manifest or index by tag or digest. */
  getManifest(
    repository: ImageRepository,
    reference: string,
    options?: { signal?: AbortSignal },
  ): Promise<ImageManifest | undefined>;
  /** An image config by digest. */
  getConfig(
    repository: ImageRepository,
    digest: string,
    options?: { signal?: AbortSignal },
  ): Promise<ImageConfig | undefined>;
}
