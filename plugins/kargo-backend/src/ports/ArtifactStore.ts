import { Readable } from 'node:stream';
import { OciBlob, OciManifest } from 'backstage-plugin-kargo-node';
import { ImageRepository } from './ImageRegistry';

/** What may be said about any access. */
export interface ArtifactAccess {
  signal?: AbortSignal;
}

/**
 * Reads and writes content of registries over the OCI distribution protocol, byte by byte.
 *
 * @remarks
 * Errors are those of `ImageRegistry`. Content that is read by digest is checked.
 */
export interface ArtifactStore {
  /** By tag or digest; `undefined` when it is not there. */
  findManifest(
    repository: ImageRepository,
    reference: string,
    access?: ArtifactAccess,
  ): Promise<(OciManifest & { digest: string }) | undefined>;
  openBlob(
    repository: ImageRepository,
    blob: OciBlob,
    access?: ArtifactAccess,
  ): Promise<Readable>;
  hasBlob(
    repository: ImageRepository,
    blob: OciBlob,
    access?: ArtifactAccess,
  ): Promise<boolean>;
  pushBlob(
    repository: ImageRepository,
    blob: OciBlob,
    content: AsyncIterable<Uint8Array>,
    access?: ArtifactAccess,
  ): Promise<void>;
  /** Under a tag or digest. */
  pushManifest(
    repository: ImageRepository,
    reference: string,
    manifest: OciManifest,
    access?: ArtifactAccess,
  ): Promise<void>;
  /** Whether the registry is spoken to without encryption. */
  speaksPlainHttp(
    repository: ImageRepository,
    access?: ArtifactAccess,
  ): Promise<boolean>;
}
