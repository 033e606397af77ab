import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A blob with its content address. */
export interface OciBlob {
  readonly digest: string;
  readonly content: Buffer;
}

/** A manifest or index as it is stored: exact bytes with their media type. */
export interface OciManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly content: Buffer;
}

/** Everything a push of one tag transfers; the last manifest is the tagged one. */
export interface OciArtifact {
  readonly blobs: readonly OciBlob[];
  readonly manifests: readonly OciManifest[];
}

/** What a made-up image looks like. */
export interface ImageDescription {
  /** `os/architecture[/variant]`; more than one makes an index, none means one manifest for linux/amd64. */
  readonly platforms?: readonly string[];
  /** Annotations of the tagged manifest or index. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Labels of the image's configuration. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Build time as the configuration states it, RFC 3339. */
  readonly created?: string;
  /** What the layer contains; two images differ when this differs. */
  readonly content?: string;
  /** Media types of Docker's image manifest V2 schema 2 instead of OCI's. */
  readonly docker?: boolean;
}

/** What a chart pushed to a registry looks like. */
export interface OciChart {
  /** The chart's metadata, as in Chart.yaml. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The packaged chart. */
  readonly archive: Buffer;
  readonly annotations?: Readonly<Record<string, string>>;
}

const mediaTypes = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

/** The content address of bytes, as `sha256:<hex>`. */
export function digestOf(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Builds the blobs and manifests of an image, deterministic in its description. */
export function buildImage(image: ImageDescription): OciArtifact {
  const types = image.docker ? mediaTypes.docker : mediaTypes.oci;
  const platforms = image.platforms ?? [];
  if (platforms.length <= 1) {
    const only = buildPlatform(image, platforms[0] ?? 'linux/amd64', {
      annotations: image.annotations,
    });
    return { blobs: only.blobs, manifests: [only.manifest] };
  }
  const parts = platforms.map(platform => buildPlatform(image, platform, {}));
  const index = toManifest(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: parts.map(({ manifest }, position) => ({
      ...describe(manifest),
      platform: parsePlatform(platforms[position]),
    })),
    ...(image.annotations && { annotations: image.annotations }),
  });
  return {
    blobs: parts.flatMap(part => part.blobs),
    manifests: [...parts.map(part => part.manifest), index],
  };
}

/** Builds the manifest with which Helm pushes a chart to a registry. */
export function buildChartArtifact(chart: OciChart): OciArtifact {
  const config = toBlob(JSON.stringify(chart.metadata));
  const archive = toBlob(chart.archive);
  const manifest = toManifest(mediaTypes.oci.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.oci.manifest,
    config: {
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
      ...sizeOf(config),
    },
    layers: [
      {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        ...sizeOf(archive),
      },
    ],
    annotations: {
      'org.opencontainers.image.title': String(chart.metadata.name),
      'org.opencontainers.image.version': String(chart.metadata.version),
      ...chart.annotations,
    },
  });
  return { blobs: [config, archive], manifests: [manifest] };
}

function buildPlatform(
  image: ImageDescription,
  platform: string,
  options: { annotations?: Readonly<Record<string, string>> },
): { blobs: OciBlob[]; manifest: OciManifest } {
  const types = image.docker ? mediaTypes.docker : mediaTypes.oci;
  const text = `${image.content ?? ''}\n${platform}\n`;
  const layer = toBlob(gzipSync(tarOf(text)));
  const config = toBlob(
    JSON.stringify({
      ...(image.created && { created: image.created }),
      ...parsePlatform(platform),
      config: { ...(image.labels && { Labels: image.labels }) },
      rootfs: { type: 'layers', diff_ids: [digestOf(tarOf(text))] },
      history: [{ created_by: 'test world' }],
    }),
  );
  const manifest = toManifest(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, ...sizeOf(config) },
    layers: [{ mediaType: types.layer, ...sizeOf(layer) }],
    ...(options.annotations && { annotations: options.annotations }),
  });
  return { blobs: [config, layer], manifest };
}

/** A tar file with one small file `content`, in the ustar format. */
function tarOf(text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write('content', 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
  return Buffer.concat([header, body, padding, Buffer.alloc(1024)]);
}

function parsePlatform(platform: string): Record<string, string> {
  const [os, architecture, variant] = platform.split('/');
  return { os, architecture, ...(variant && { variant }) };
}

function toBlob(content: Buffer | string): OciBlob {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { digest: digestOf(bytes), content: bytes };
}

function toManifest(mediaType: string, value: unknown): OciManifest {
  const content = Buffer.from(JSON.stringify(value));
  return { digest: digestOf(content), mediaType, content };
}

function sizeOf(blob: OciBlob): { digest: string; size: number } {
  return { digest: blob.digest, size: blob.content.length };
}

function describe(manifest: OciManifest): {
  mediaType: string;
  digest: string;
  size: number;
} {
  return {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.content.length,
  };
}
