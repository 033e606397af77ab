import type { LeftOut } from 'backstage-plugin-kargo-common';

/** One of the things that a subscription asks of a tag or version. */
export interface SelectionRule {
  /** As it stands in the manifest: `constraint ^1.0.0`. */
  name: string;
  accepts(name: string): boolean;
}

/**
 * The newest that was left out, and by which rule; nothing when the newest was taken.
 *
 * @param newest - the best of everything that is there
 * @param chosen - the best that was taken; absent when nothing was
 * @param rules - in the order in which they are to be named
 * @param otherwise - what else may leave one out, that names alone do not tell
 */
export function findLeftOut(
  newest: string | undefined,
  chosen: string | undefined,
  rules: readonly SelectionRule[],
  otherwise?: string,
): LeftOut | undefined {
  if (newest === undefined || newest === chosen) {
    return undefined;
  }
  const rule = rules.find(({ accepts }) => !accepts(newest));
  const by = rule?.name ?? otherwise;
  return by === undefined ? undefined : { name: newest, by };
}
