import { createHash } from 'node:crypto';
import {
  OciPlace,
  StepContext,
  StepFiles,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { findInside } from '../shared/relativePath';
import { annotate } from './annotate';
import { digestOf } from './copyArtifact';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = Buffer.from('{}');

/** A file to store as an artifact of one layer. */
export interface FilePush {
  path: string;
  to: OciPlace;
  mediaType: string;
  artifactType: string;
  annotations: Readonly<Record<string, string>>;
  maxBytes: number;
}

/**
 * Stores a file as an artifact with one layer: the bytes of the file.
 *
 * @returns the digest of its manifest.
 */
export async function pushFile(
  push: FilePush,
  { files, oci }: StepContext<'files' | 'oci'>,
): Promise<string> {
  const { path, to, mediaType, artifactType } = push;
  const size = await getSize(push, files);
  const layer = { mediaType, digest: await hashFile(path, files), size };
  const config = {
    mediaType: artifactType,
    digest: digestOf(EMPTY),
    size: EMPTY.length,
  };
  if (!(await oci.hasBlob(to, layer))) {
    const { stream } = await files.open(path);
    await oci.pushBlob(to, layer, stream);
  }
  if (!(await oci.hasBlob(to, config))) {
    await oci.pushBlob(to, config, chunksOf(EMPTY));
  }
  const content = Buffer.from(
    JSON.stringify(
      annotate(
        {
          schemaVersion: 2,
          mediaType: MANIFEST_TYPE,
          artifactType,
          config,
          layers: [layer],
        },
        push.annotations,
      ),
    ),
  );
  await oci.pushManifest(to, { mediaType: MANIFEST_TYPE, content });
  return digestOf(content);
}

/**
 * Why a file cannot be pushed; `undefined` when it can. Unlike elsewhere, a path that leaves
 * the folder is not brought back into it.
 */
export async function findRefusal(
  path: string,
  files: StepFiles,
): Promise<string | undefined> {
  const inside = findInside('', path);
  if (inside === undefined) {
    return `path "${path}" does not lead to a file inside the work folder`;
  }
  const info = await files.find(path);
  if (!info) {
    return `there is no file "${path}"`;
  }
  if (info.path !== inside) {
    return `path "${path}" leads through a symbolic link`;
  }
  if (info.kind === 'folder') {
    return `"${path}" is a directory; expected a file`;
  }
  return info.kind === 'file' ? undefined : `"${path}" is not a file`;
}

async function getSize(
  { path, maxBytes }: FilePush,
  files: StepFiles,
): Promise<number> {
  const size = (await files.find(path))?.size ?? 0;
  if (size > maxBytes) {
    throw new TerminalError(
      `"${path}" has ${size} bytes; at most ${maxBytes} are pushed`,
    );
  }
  return size;
}

async function hashFile(path: string, files: StepFiles): Promise<string> {
  const hash = createHash('sha256');
  const { stream } = await files.open(path);
  for await (const chunk of stream) {
    hash.update(chunk);
  }
  return `sha256:${hash.digest('hex')}`;
}

async function* chunksOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
