import { InputError } from '@backstage/errors';

/** A platform in OCI terms. */
export interface ImagePlatform {
  os: string;
  architecture: string;
  variant?: string;
}

/** An entry of an index as far as platforms are concerned. */
export interface PlatformEntry {
  platform?: ImagePlatform;
  annotations?: Record<string, string>;
}

/**
 * Reads a platform constraint: `os/architecture`, optionally `/variant`.
 *
 * @throws `InputError` if there is no slash.
 */
export function parsePlatform(text: string): ImagePlatform {
  const [os, architecture, ...variant] = text.split('/');
  if (architecture === undefined) {
    throw new InputError(
      `platform "${text}" must have the form <os>/<architecture> or <os>/<architecture>/<variant>`,
    );
  }
  if (variant.length === 0) return { os, architecture };
  return { os, architecture, variant: variant.join('/') };
}

/**
 * Whether two platforms are the same: operating system, architecture and variant compared
 * as text. A missing variant equals only a missing one, so `linux/arm64` is not
 * `linux/arm64/v8`; there are no aliases, and the version of the system does not count.
 */
function isSamePlatform(a: ImagePlatform, b: ImagePlatform): boolean {
  return (
    a.os === b.os &&
    a.architecture === b.architecture &&
    (a.variant ?? '') === (b.variant ?? '')
  );
}

/**
 * The entries of an index that are images. Attestations, which carry no platform or an
 * `unknown` one, are not.
 */
export function listImageEntries<T extends PlatformEntry>(
  entries: readonly T[],
): T[] {
  return entries.filter(({ platform }) => {
    const { os, architecture } = platform ?? { os: '', architecture: '' };
    return isKnown(os) && isKnown(architecture);
  });
}

/** Whether an image or index passes a platform constraint. */
export type PlatformVerdict<T> =
  | { kind: 'kept'; entry?: T }
  | { kind: 'dropped' };

/**
 * Decides about an index: kept without a constraint, or if one of its images is of the
 * platform; `entry` is the first such image.
 *
 * @throws `InputError` if the index holds no image at all.
 */
export function judgeIndexPlatform<T extends PlatformEntry>(
  entries: readonly T[],
  constraint: ImagePlatform | undefined,
): PlatformVerdict<T> {
  const images = listImageEntries(entries);
  if (images.length === 0) {
    throw new InputError('the image index holds no image for any platform');
  }
  if (!constraint) return { kind: 'kept' };
  const entry = images.find(
    ({ platform }) => platform && isSamePlatform(platform, constraint),
  );
  return entry ? { kind: 'kept', entry } : { kind: 'dropped' };
}

/**
 * Decides about a single image by the platform its config records.
 *
 * @remarks
 * Differs: upstream knows no platform for an image outside of an index, so there any
 * constraint drops it. Here it is dropped only if its config says nothing or something else.
 */
export function judgeImagePlatform(
  recorded: ImagePlatform | undefined,
  constraint: ImagePlatform | undefined,
): PlatformVerdict<never> {
  const isKept =
    !constraint || (recorded && isSamePlatform(recorded, constraint));
  return { kind: isKept ? 'kept' : 'dropped' };
}

/**
 * The annotations that discovery reports: those of the object the tag points to, and over
 * them those of the index entry that a platform constraint chose.
 */
export function reportedAnnotations(
  top: Record<string, string>,
  chosen: PlatformEntry | undefined,
): Record<string, string> {
  return { ...top, ...chosen?.annotations };
}

function isKnown(part: string): boolean {
  return part !== '' && part !== 'unknown';
}
