import { z } from 'zod';
import { readJson } from '../../foreign/json';
import { Limits } from '../../foreign/limits';
import {
  ImageConfig,
  ImageIndexEntry,
  ImageManifest,
  ImagePlatform,
} from '../../ports/ImageRegistry';
import { isDigest } from './contentDigest';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

const IMAGE_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/**
 * What a request for a manifest accepts.
 *
 * @remarks
 * Without the index types a registry silently answers with one platform's manifest,
 * under another digest. The schema 1 types are named so that a registry which still has
 * such an image says so instead of converting it.
 */
export const MANIFEST_ACCEPT = [
  ...INDEX_TYPES,
  ...IMAGE_TYPES,
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v1+json',
].join(', ');

/**
 * How much of a manifest or an image config is read. Registries take manifests of up to
 * 4 MiB; what is large in a config are the texts of its labels and of its history.
 */
export const CONTENT_LIMITS: Limits = {
  bytes: 8 * 1024 * 1024,
  documents: 1,
  depth: 64,
  nodes: 20_000,
  milliseconds: 30_000,
  waitMilliseconds: 120_000,
  share: 'work',
};

/** Picks the strings of a map and drops what else is in it. */
const StringMap = z
  .record(z.string(), z.unknown())
  .nullish()
  .catch(undefined)
  .transform(map =>
    Object.fromEntries(
      Object.entries(map ?? {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  );

const optionalText = z.string().optional().catch(undefined);

const Platform = z
  .object({
    os: z.string(),
    architecture: z.string(),
    variant: optionalText,
  })
  .optional()
  .catch(undefined)
  .transform(dropEmptyVariant);

const IndexEntry = z.object({
  digest: z.string(),
  mediaType: z.string(),
  platform: Platform,
  annotations: StringMap,
});

const ManifestDocument = z.object({
  mediaType: optionalText,
  annotations: StringMap,
  manifests: z
    .array(IndexEntry.optional().catch(undefined))
    .optional()
    .catch(undefined),
  config: z
    .object({
      digest: z.string(),
      mediaType: z.string(),
      data: optionalText,
    })
    .optional()
    .catch(undefined),
});

const ConfigDocument = z.object({
  created: optionalText,
  os: optionalText,
  architecture: optionalText,
  variant: optionalText,
  config: z.object({ Labels: StringMap }).nullish().catch(undefined),
  history: z
    .array(z.object({ created: optionalText }).catch({ created: undefined }))
    .nullish()
    .catch(undefined),
});

/** A manifest with the config that was sent along inside it, if one was. */
export interface ParsedManifest {
  manifest: ImageManifest;
  inlineConfig?: { digest: string; content: Buffer };
}

/**
 * Reads a manifest or index; `undefined` when it is neither.
 *
 * @param announcedType - Media type as the answer's header states it.
 * @throws ForeignInputError when it is no JSON or too much.
 */
export async function readManifest(
  content: Buffer,
  {
    digest,
    announcedType,
    signal,
  }: { digest: string; announcedType?: string; signal?: AbortSignal },
): Promise<ParsedManifest | undefined> {
  const json = await readJson(content, CONTENT_LIMITS, { signal });
  const document = ManifestDocument.safeParse(json).data;
  if (!document) return undefined;
  const mediaType = [announcedType, document.mediaType].find(
    type => type && [...INDEX_TYPES, ...IMAGE_TYPES].includes(type),
  );
  const { annotations } = document;
  if (!mediaType) return undefined;
  if (INDEX_TYPES.includes(mediaType)) {
    const entries = (document.manifests ?? []).flatMap(toIndexEntry);
    return {
      manifest: { kind: 'index', digest, mediaType, annotations, entries },
    };
  }
  const { config } = document;
  return {
    manifest: {
      kind: 'image',
      digest,
      mediaType,
      annotations,
      configDigest: config?.digest,
      configMediaType: config?.mediaType,
    },
    inlineConfig: config?.data
      ? { digest: config.digest, content: Buffer.from(config.data, 'base64') }
      : undefined,
  };
}

/**
 * Reads an image config; `undefined` when it is no JSON object.
 *
 * @throws ForeignInputError when it is no JSON or too much.
 */
export async function readConfig(
  content: Buffer,
  signal?: AbortSignal,
): Promise<ImageConfig | undefined> {
  const json = await readJson(content, CONTENT_LIMITS, { signal });
  const document = ConfigDocument.safeParse(json).data;
  if (!document) return undefined;
  const { created, os, architecture, variant, config, history } = document;
  const layers = (history ?? []).flatMap(layer => layer.created ?? []);
  return {
    created,
    labels: config?.Labels ?? {},
    platform:
      os && architecture
        ? dropEmptyVariant({ os, architecture, variant })
        : undefined,
    newestHistory: layers[layers.length - 1],
  };
}

function toIndexEntry(
  entry: z.output<typeof IndexEntry> | undefined,
): ImageIndexEntry[] {
  return entry && isDigest(entry.digest) ? [entry] : [];
}

function dropEmptyVariant(
  platform: { os: string; architecture: string; variant?: string } | undefined,
): ImagePlatform | undefined {
  if (!platform) return undefined;
  const { os, architecture, variant } = platform;
  return { os, architecture, ...(variant && { variant }) };
}
