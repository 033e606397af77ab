import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { DiscoveredImageReference } from 'backstage-plugin-kargo-common';
import {
  imageCreatedAt,
  indexCreatedAt,
} from '../../../logic/selection/imageCreatedAt';
import { findImageReference } from '../../../logic/selection/imageReference';
import {
  formatInstant,
  Instant,
  ZERO_INSTANT,
} from '../../../logic/selection/instant';
import {
  judgeImagePlatform,
  judgeIndexPlatform,
  listImageEntries,
  reportedAnnotations,
} from '../../../logic/selection/platform';
import {
  ImageConfig,
  ImageIndexEntry,
  ImageManifest,
  ImagePlatform,
  ImageRegistry,
  ImageRepository,
} from '../../../ports/ImageRegistry';

/** Where and how an image is looked at. */
export interface InspectionContext {
  registry: ImageRegistry;
  repository: ImageRepository;
  platform?: ImagePlatform;
  signal: AbortSignal;
}

/** What a tag turned out to be. */
export type Inspection =
  | {
      kind: 'kept';
      reference: DiscoveredImageReference;
      createdAt: Instant;
    }
  /** Not of the wanted platform. */
  | { kind: 'dropped' }
  /** An index is left, and none of the images in it. */
  | { kind: 'gone' };

type SingleImage = Extract<ImageManifest, { kind: 'image' }>;
type ImageIndex = Extract<ImageManifest, { kind: 'index' }>;

const CONFIG_TYPES = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** Indexes within indexes; more than a few are a mistake or an attack. */
const MAX_DEPTH = 3;

/**
 * Finds out what discovery reports of a tag's image: platform, creation time and
 * annotations, with as few requests as the answers need.
 *
 * @throws UpstreamUnavailableError when an index holds no image at all.
 */
export async function inspectImage(
  tag: string,
  manifest: ImageManifest,
  context: InspectionContext,
): Promise<Inspection> {
  const found =
    manifest.kind === 'index'
      ? await inspectIndex(tag, manifest, context)
      : await inspectSingle(manifest, context);
  if (!found) return { kind: 'dropped' };
  const { digest } = manifest;
  const { annotations, createdAt } = found;
  if (createdAt === undefined) return { kind: 'gone' };
  return {
    kind: 'kept',
    createdAt,
    reference: {
      tag,
      digest,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(createdAt !== ZERO_INSTANT && {
        createdAt: formatInstant(createdAt),
      }),
    },
  };
}

interface Findings {
  annotations: Record<string, string>;
  /** Absent when there is no image any more. */
  createdAt?: Instant;
}

async function inspectSingle(
  image: SingleImage,
  context: InspectionContext,
): Promise<Findings | undefined> {
  const { platform } = context;
  const config = platform ? await findConfig(image, context) : undefined;
  if (judgeImagePlatform(config?.platform, platform).kind === 'dropped') {
    return undefined;
  }
  return {
    annotations: reportedAnnotations(image.annotations, undefined),
    createdAt: await createdAtOf(image, context),
  };
}

async function inspectIndex(
  tag: string,
  index: ImageIndex,
  context: InspectionContext,
): Promise<Findings | undefined> {
  const verdict = judge(tag, index, context);
  if (verdict.kind === 'dropped') return undefined;
  const { entry } = verdict;
  // Differs: with a platform only the chosen image is asked for its time, not all of them.
  const entries = entry ? [entry] : listImageEntries(index.entries);
  return {
    annotations: reportedAnnotations(index.annotations, entry),
    createdAt: await createdAtOfIndex(index, entries, context),
  };
}

function judge(tag: string, index: ImageIndex, context: InspectionContext) {
  const { repoURL } = context.repository;
  try {
    return judgeIndexPlatform(index.entries, context.platform);
  } catch (error) {
    throw new UpstreamUnavailableError(
      findImageReference(repoURL.toLowerCase())?.registry ?? repoURL,
      `${repoURL}:${tag} cannot be used; leave the tag out with ignoreTagsRegexes, or push the image again`,
      { cause: error },
    );
  }
}

async function createdAtOf(
  image: SingleImage,
  context: InspectionContext,
): Promise<Instant> {
  const { annotations } = image;
  const claimed = imageCreatedAt({ annotations });
  if (claimed !== ZERO_INSTANT) return claimed;
  const config = await findConfig(image, context);
  return imageCreatedAt({
    annotations,
    labels: config?.labels,
    created: config?.created,
  });
}

async function createdAtOfIndex(
  { annotations }: ImageIndex,
  entries: readonly ImageIndexEntry[],
  context: InspectionContext,
  depth = 1,
): Promise<Instant | undefined> {
  const claimed = indexCreatedAt({ annotations, images: [] });
  if (claimed !== ZERO_INSTANT) return claimed;
  const children = await Promise.all(
    entries.map(async entry => ({
      annotations: entry.annotations,
      createdAt: await createdAtOfEntry(entry, context, depth),
    })),
  );
  // Copies of an image often lack some platforms. Who deletes images without tags deletes all.
  const isGone =
    children.length > 0 &&
    children.every(({ createdAt }) => createdAt === undefined);
  const images = children.map(({ createdAt = ZERO_INSTANT, ...child }) => ({
    ...child,
    createdAt,
  }));
  return isGone ? undefined : indexCreatedAt({ annotations, images });
}

/** `undefined` for an image that is missing. */
async function createdAtOfEntry(
  entry: ImageIndexEntry,
  context: InspectionContext,
  depth: number,
): Promise<Instant | undefined> {
  const claimed = imageCreatedAt({ annotations: entry.annotations });
  if (claimed !== ZERO_INSTANT || depth > MAX_DEPTH) return claimed;
  const { registry, repository, signal } = context;
  const child = await registry.getManifest(repository, entry.digest, {
    signal,
  });
  if (!child) return undefined;
  return child.kind === 'image'
    ? createdAtOf(child, context)
    : createdAtOfIndex(
        child,
        listImageEntries(child.entries),
        context,
        depth + 1,
      );
}

/** The config of an image; charts and signatures have something else in its place. */
async function findConfig(
  { configDigest, configMediaType }: SingleImage,
  { registry, repository, signal }: InspectionContext,
): Promise<ImageConfig | undefined> {
  if (!configDigest || !CONFIG_TYPES.includes(configMediaType ?? '')) {
    return undefined;
  }
  return registry.getConfig(repository, configDigest, { signal });
}
