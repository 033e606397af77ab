import {
  StepOci,
  TerminalError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { ForeignInputError } from '../../../foreign/ForeignInputError';
import { DATA_LIMITS } from '../../../foreign/limits';
import { readJson } from '../../../foreign/json';

const Descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/),
  size: z.number().int().min(0),
  annotations: z.record(z.string(), z.string()).optional().catch(undefined),
  platform: z
    .looseObject({ os: z.string(), architecture: z.string() })
    .optional()
    .catch(undefined),
});
/** What a manifest names another piece of content by. */
export type ArtifactDescriptor = z.output<typeof Descriptor>;

const Manifest = z.looseObject({
  mediaType: z.string().optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
  manifests: z.array(Descriptor).optional(),
});

/** A manifest with everything that it says, also what nobody here knows. */
export type ArtifactManifest = z.output<typeof Manifest> & {
  kind: 'index' | 'image';
  mediaType: string;
};

const KINDS: Readonly<Record<string, ArtifactManifest['kind']>> = {
  'application/vnd.oci.image.index.v1+json': 'index',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
  'application/vnd.oci.image.manifest.v1+json': 'image',
  'application/vnd.docker.distribution.manifest.v2+json': 'image',
};

type StoredManifest = NonNullable<Awaited<ReturnType<StepOci['findManifest']>>>;

/**
 * Reads a manifest.
 *
 * @throws TerminalError for a kind that nobody here knows, UpstreamUnavailableError for what is
 * no JSON, as a proxy on the way may have made it, Error for other JSON.
 */
export async function readManifest(
  { mediaType, content }: StoredManifest,
  name: string,
  signal: AbortSignal,
): Promise<ArtifactManifest> {
  const parsed = Manifest.safeParse(await readContent(content, name, signal));
  if (!parsed.success) {
    throw new Error(`the manifest of ${name} is not one`);
  }
  const type = parsed.data.mediaType ?? mediaType;
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind) {
    throw new TerminalError(`${name} is of the unknown media type "${type}"`);
  }
  return { ...parsed.data, kind, mediaType: type };
}

async function readContent(
  content: Buffer,
  name: string,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await readJson(content, DATA_LIMITS, { signal });
  } catch (error) {
    if (!(error instanceof ForeignInputError)) {
      throw error;
    }
    throw new UpstreamUnavailableError(
      name.split('/')[0],
      `the manifest of ${name} cannot be read: ${error.message}`,
      { cause: error },
    );
  }
}

/** Whether an entry of an index is an image, and not what is said about one. */
export function isImage({
  annotations,
  platform,
}: ArtifactDescriptor): boolean {
  return (
    annotations?.['vnd.docker.reference.type'] === undefined &&
    platform?.os !== 'unknown'
  );
}
