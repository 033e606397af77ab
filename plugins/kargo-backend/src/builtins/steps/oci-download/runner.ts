import {
  createStep,
  OciPlace,
  StepContext,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import {
  ArtifactDescriptor,
  ArtifactManifest,
  isImage,
  readManifest,
} from '../shared/artifactManifest';
import {
  assertMayWrite,
  limitDownload,
  MAX_DOWNLOAD_BYTES,
} from '../shared/download';
import { findArtifact } from '../shared/imageReference';
import { OciDownloadConfig } from './config';

/** Writes a layer of an artifact into a file, as the registry has it. */
export const ociDownloadStep = createStep({
  id: 'oci-download',
  description: 'Downloads a layer of an artifact from a registry.',
  config: OciDownloadConfig,
  needs: ['files', 'oci'],
  workspace: 'writes',
  async run(config, context) {
    const { files, oci } = context;
    const { imageRef, outPath, mediaType } = config;
    await assertMayWrite(config, context);
    const { name = imageRef } = findArtifact(imageRef) ?? {};
    const { insecureSkipTLSVerify } = config;
    const place = { reference: imageRef, insecureSkipTLSVerify };
    const manifest = await getImage(place, name, context);
    const layer = selectLayer(manifest, mediaType);
    if (!layer) {
      throw new Error(
        mediaType === undefined
          ? `${name} has no layers`
          : `${name} has no layer of media type "${mediaType}"`,
      );
    }
    if (layer.size > MAX_DOWNLOAD_BYTES) {
      throw new TerminalError(
        `the layer of ${name} has ${layer.size} bytes; at most ${MAX_DOWNLOAD_BYTES} are downloaded`,
      );
    }
    const stream = await oci.openBlob(place, layer);
    await files.write(outPath, limitDownload(stream, `the layer of ${name}`), {
      mode: 0o600,
    });
    return { kind: 'succeeded' };
  },
});

/** Of an index the image for Linux on amd64. */
async function getImage(
  place: OciPlace,
  name: string,
  { oci, signal }: StepContext<'oci'>,
): Promise<ArtifactManifest> {
  const found = await oci.findManifest(place);
  if (!found) {
    throw new Error(`${name} does not exist, or not for these credentials`);
  }
  const manifest = await readManifest(found, name, signal);
  if (manifest.kind === 'image') {
    return manifest;
  }
  const entry = (manifest.manifests ?? []).find(
    child =>
      isImage(child) &&
      child.platform?.os === 'linux' &&
      child.platform.architecture === 'amd64',
  );
  const image = entry && (await oci.findManifest(place, entry.digest));
  if (!image) {
    throw new Error(`${name} has no image for linux/amd64`);
  }
  return readManifest(image, name, signal);
}

function selectLayer(
  { layers = [] }: ArtifactManifest,
  mediaType: string | undefined,
): ArtifactDescriptor | undefined {
  return mediaType === undefined
    ? layers[0]
    : layers.find(layer => layer.mediaType === mediaType);
}
