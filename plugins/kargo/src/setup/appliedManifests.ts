import { ManifestPart } from '../manifest/splitManifests';

/**
 * What a set-up made, by the keys of the manifests: the text that was applied last, or
 * {@link IN_DOUBT}.
 */
export type AppliedManifests = Readonly<Record<string, string>>;

/**
 * Instead of a text that was sent and not answered: like no text, so that it is sent again,
 * whether it is there by now or not.
 */
export const IN_DOUBT = '';

/** How a manifest stands to what was applied. */
export type ManifestState = 'new' | 'changed' | 'applied';

/** Whether a manifest has to be made or changed, or is there as it is written. */
export function manifestState(
  { key, text }: ManifestPart,
  applied: AppliedManifests,
): ManifestState {
  if (!Object.hasOwn(applied, key)) {
    return 'new';
  }
  return applied[key] === text ? 'applied' : 'changed';
}

/** Keys of what was made and is no part of the set-up any more. */
export function leftoverKeys(
  parts: readonly ManifestPart[],
  applied: AppliedManifests,
): string[] {
  const keys = new Set(parts.map(({ key }) => key));
  return Object.keys(applied).filter(key => !keys.has(key));
}
