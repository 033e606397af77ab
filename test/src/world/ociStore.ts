import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { OciArtifact, OciManifest } from './ociArtifact';

/** A repository's tags and the manifests it knows. */
interface Repository {
  readonly tags: Map<string, string>;
  /** Media type by digest; the bytes lie among the blobs. */
  readonly manifests: Map<string, string>;
}

/**
 * What a registry holds: in memory, and in a folder when it has one.
 *
 * @remarks
 * Every write lands in the folder before it returns, so a registry that is
 * killed comes back with what its clients were told it has.
 */
export class OciStore {
  readonly #folder: string | undefined;
  readonly #blobs = new Map<string, Buffer>();
  readonly #repositories = new Map<string, Repository>();

  static open(folder: string | undefined): OciStore {
    const store = new OciStore(folder);
    if (folder) store.#load(folder);
    return store;
  }

  private constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Names of all repositories, sorted. */
  listRepositories(): string[] {
    return [...this.#repositories.keys()].sort();
  }

  /** Tags of a repository in lexical order, or `undefined` when it does not exist. */
  listTags(repository: string): string[] | undefined {
    const known = this.#repositories.get(repository);
    // Tags are ASCII (OCI distribution specification), so code units suffice.
    return known && [...known.tags.keys()].sort();
  }

  /** The digest a tag or digest reference names, or `undefined`. */
  resolve(repository: string, reference: string): string | undefined {
    const known = this.#repositories.get(repository);
    if (!known) return undefined;
    const digest = known.tags.get(reference) ?? reference;
    return known.manifests.has(digest) ? digest : undefined;
  }

  findManifest(repository: string, digest: string): OciManifest | undefined {
    const mediaType = this.#repositories.get(repository)?.manifests.get(digest);
    const content = this.findBlob(digest);
    return mediaType && content ? { digest, mediaType, content } : undefined;
  }

  /** All manifests of a repository. */
  listManifests(repository: string): OciManifest[] {
    const digests = this.#repositories.get(repository)?.manifests.keys() ?? [];
    return [...digests].flatMap(
      digest => this.findManifest(repository, digest) ?? [],
    );
  }

  findBlob(digest: string): Buffer | undefined {
    const held = this.#blobs.get(digest);
    if (held || !this.#folder) return held;
    const path = this.#blobPath(this.#folder, digest);
    if (!existsSync(path)) return undefined;
    const content = readFileSync(path);
    this.#blobs.set(digest, content);
    return content;
  }

  addBlob(digest: string, content: Buffer): void {
    if (this.findBlob(digest)) return;
    this.#blobs.set(digest, content);
    if (this.#folder) {
      writeWhole(this.#blobPath(this.#folder, digest), content);
    }
  }

  /** Adds a manifest and, when it has some, points tags at it. */
  addManifest(
    repository: string,
    manifest: OciManifest,
    tags: Iterable<string> = [],
  ): void {
    const known = this.#open(repository);
    this.addBlob(manifest.digest, manifest.content);
    known.manifests.set(manifest.digest, manifest.mediaType);
    for (const tag of tags) known.tags.set(tag, manifest.digest);
    this.#save(repository);
  }

  /** Adds a whole artifact and returns the digest its tags point at. */
  addArtifact(
    repository: string,
    artifact: OciArtifact,
    tags: Iterable<string>,
  ): string {
    for (const { digest, content } of artifact.blobs) {
      this.addBlob(digest, content);
    }
    const last = artifact.manifests.length - 1;
    artifact.manifests.forEach((manifest, position) =>
      this.addManifest(repository, manifest, position === last ? tags : []),
    );
    return artifact.manifests[last].digest;
  }

  /** Removes a tag, or a manifest with the tags that point at it. */
  remove(repository: string, reference: string): boolean {
    const known = this.#repositories.get(repository);
    if (!known) return false;
    const removed = known.tags.delete(reference);
    const isManifest = known.manifests.delete(reference);
    if (isManifest) {
      for (const [tag, digest] of known.tags) {
        if (digest === reference) known.tags.delete(tag);
      }
    }
    this.#save(repository);
    return removed || isManifest;
  }

  #open(repository: string): Repository {
    let known = this.#repositories.get(repository);
    if (!known) {
      known = { tags: new Map(), manifests: new Map() };
      this.#repositories.set(repository, known);
    }
    return known;
  }

  #blobPath(folder: string, digest: string): string {
    return join(folder, 'blobs', encodeURIComponent(digest));
  }

  #save(repository: string): void {
    const known = this.#repositories.get(repository);
    if (!this.#folder || !known) return;
    const path = join(
      this.#folder,
      'repositories',
      `${encodeURIComponent(repository)}.json`,
    );
    const state = {
      tags: Object.fromEntries(known.tags),
      manifests: Object.fromEntries(known.manifests),
    };
    writeWhole(path, JSON.stringify(state));
  }

  #load(folder: string): void {
    mkdirSync(join(folder, 'blobs'), { recursive: true });
    mkdirSync(join(folder, 'repositories'), { recursive: true });
    for (const file of readdirSync(join(folder, 'repositories'))) {
      if (!file.endsWith('.json')) continue;
      const state = JSON.parse(
        readFileSync(join(folder, 'repositories', file), 'utf8'),
      ) as {
        tags: Record<string, string>;
        manifests: Record<string, string>;
      };
      this.#repositories.set(decodeURIComponent(file.slice(0, -5)), {
        tags: new Map(Object.entries(state.tags)),
        manifests: new Map(Object.entries(state.manifests)),
      });
    }
  }
}

/** Writes a file so that readers and crashes see all of it or none of it. */
function writeWhole(path: string, content: Buffer | string): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
