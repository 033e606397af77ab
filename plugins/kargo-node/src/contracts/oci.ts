import { Readable } from 'node:stream';

/** A repository, or something in it, and how to reach it. @public */
export interface OciPlace {
  /**
   * `ghcr.io/acme/web:1.4.0` or `…@sha256:…`; with `oci://` in front the credentials for
   * charts are used, else those for images.
   */
  reference: string;
  insecureSkipTLSVerify?: boolean;
}

/** What names content of a registry. @public */
export interface OciBlob {
  /** `sha256:…`. */
  digest: string;
  /** Bytes. */
  size: number;
}

/** A manifest or an index, as it is stored. @public */
export interface OciManifest {
  mediaType: string;
  content: Buffer;
}

/**
 * Content of registries that speak the OCI distribution protocol.
 *
 * @remarks
 * Credentials of the Promotion's project are found by the reference. A host that is down or
 * answers oddly is an `UpstreamUnavailableError`, one that refuses the credentials a
 * `CredentialsRejectedError`, a text that is no reference an `InputError`. What is read by
 * digest is checked against it.
 *
 * @public
 */
export interface StepOci {
  /**
   * The manifest or index that a reference names; `undefined` when it is not there.
   *
   * @param digest - Of another one in the same repository.
   */
  findManifest(
    place: OciPlace,
    digest?: string,
  ): Promise<(OciManifest & { digest: string }) | undefined>;
  /** The reader must drain or destroy the stream, which breaks when the digest is another. */
  openBlob(place: OciPlace, blob: OciBlob): Promise<Readable>;
  hasBlob(place: OciPlace, blob: OciBlob): Promise<boolean>;
  /** @param content - All of the blob; it is checked by the registry. */
  pushBlob(
    place: OciPlace,
    blob: OciBlob,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void>;
  /**
   * Stores a manifest, whose parts are there already, under the tag of the reference.
   *
   * @param digest - Where to store it instead: under its own digest alone.
   */
  pushManifest(
    place: OciPlace,
    manifest: OciManifest,
    digest?: string,
  ): Promise<void>;
  /** Whether the registry is one that is spoken to without encryption. */
  speaksPlainHttp(place: OciPlace): Promise<boolean>;
}
