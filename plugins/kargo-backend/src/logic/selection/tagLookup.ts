/** What became of looking one tag up. */
export type TagLookup<T> =
  | { kind: 'found'; image: T }
  | { kind: 'other-platform' }
  | { kind: 'gone' };

/**
 * Keeps the images that were found, in their order, at most `limit` of them. Tags of
 * another platform are left out, and so are tags that do not exist.
 *
 * @remarks
 * The Digest strategy looks up one tag and keeps it or nothing. Differs: for the other
 * strategies upstream fails the discovery when a tag vanishes after it was listed.
 */
export function keepFound<T>(
  lookups: readonly TagLookup<T>[],
  limit: number,
): T[] {
  return lookups
    .flatMap(lookup => (lookup.kind === 'found' ? [lookup.image] : []))
    .slice(0, limit);
}
