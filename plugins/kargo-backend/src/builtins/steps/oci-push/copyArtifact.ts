import { createHash } from 'node:crypto';
import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  OciPlace,
  StepContext,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import {
  ArtifactDescriptor,
  ArtifactManifest,
  readManifest,
} from '../shared/artifactManifest';
import { annotate, SortedAnnotations } from './annotate';

/** A copy to make. */
export interface ArtifactCopy {
  from: OciPlace;
  to: OciPlace;
  /** The source in messages. */
  name: string;
  /** Within one repository nothing but manifests has to move. */
  isSameRepository: boolean;
  annotations: SortedAnnotations;
  /** Bytes of all layers and configurations together. */
  maxBytes: number;
}

/** A manifest with all below it. */
interface Tree {
  manifest: ArtifactManifest;
  /** As it is stored, where nothing of it changes. */
  content: Buffer;
  digest: string;
  children: Tree[];
}

/**
 * Copies an artifact, an index with all its images.
 *
 * @returns the digest of what was stored, another one where annotations were added.
 */
export async function copyArtifact(
  copy: ArtifactCopy,
  context: StepContext<'oci'>,
): Promise<string> {
  const tree = await load(copy, undefined, context);
  if (!copy.isSameRepository) {
    const bytes = blobsOf(tree).reduce((sum, { size }) => sum + size, 0);
    if (bytes > copy.maxBytes) {
      throw new TerminalError(
        `${copy.name} has ${bytes} bytes; at most ${copy.maxBytes} are copied`,
      );
    }
    await copyBlobs(copy, tree, context);
  }
  const { digest, content, mediaType } = await store(copy, tree, context);
  await context.oci.pushManifest(copy.to, { mediaType, content });
  return digest;
}

async function load(
  copy: ArtifactCopy,
  digest: string | undefined,
  context: StepContext<'oci'>,
): Promise<Tree> {
  const { from, name } = copy;
  const found = await context.oci.findManifest(from, digest);
  if (!found) {
    throw new Error(
      `${name}${
        digest ? ` with ${digest}` : ''
      } does not exist, or not for these credentials`,
    );
  }
  const manifest = await readManifest(found, name, context.signal);
  const children: Tree[] = [];
  for (const child of manifest.manifests ?? []) {
    children.push(await load(copy, child.digest, context));
  }
  return { manifest, content: found.content, digest: found.digest, children };
}

function blobsOf({ manifest, children }: Tree): ArtifactDescriptor[] {
  const { config, layers = [] } = manifest;
  return [...(config ? [config] : []), ...layers, ...children.flatMap(blobsOf)];
}

async function copyBlobs(
  { from, to }: ArtifactCopy,
  tree: Tree,
  { oci }: StepContext<'oci'>,
): Promise<void> {
  const blobs = new Map(blobsOf(tree).map(blob => [blob.digest, blob]));
  for (const blob of blobs.values()) {
    if (!(await oci.hasBlob(to, blob))) {
      await oci.pushBlob(to, blob, await oci.openBlob(from, blob));
    }
  }
}

/** Stores what is below, and gives what is to be stored itself. */
async function store(
  copy: ArtifactCopy,
  { manifest, content, digest, children }: Tree,
  context: StepContext<'oci'>,
): Promise<{ digest: string; content: Buffer; mediaType: string }> {
  const { kind, mediaType, ...rest } = manifest;
  const stored: ArtifactDescriptor[] = [];
  for (const [index, child] of children.entries()) {
    const own = await store(copy, child, context);
    await context.oci.pushManifest(copy.to, own, own.digest);
    const { digest: childDigest, content: childContent } = own;
    const entry = manifest.manifests?.[index] as ArtifactDescriptor;
    stored.push({ ...entry, digest: childDigest, size: childContent.length });
  }
  const annotated = annotate(
    {
      ...rest,
      mediaType,
      ...(kind === 'index' && { manifests: stored }),
    } as JsonObject,
    copy.annotations[kind === 'index' ? 'index' : 'manifest'],
  );
  const isChanged =
    Object.keys(copy.annotations[kind === 'index' ? 'index' : 'manifest'])
      .length > 0 ||
    stored.some(
      (entry, index) => entry.digest !== manifest.manifests?.[index].digest,
    );
  if (!isChanged) {
    return { digest, content, mediaType };
  }
  const written = Buffer.from(JSON.stringify(annotated));
  return { digest: digestOf(written), content: written, mediaType };
}

/** By which registries know content. */
export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
