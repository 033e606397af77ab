import { Freight } from 'backstage-plugin-kargo-common';
import { compareBytes } from '../../logic/selection/compareBytes';
import { compareBestFirst, findVersion } from '../../logic/selection/semver';

/** By what Freight is put together. */
export type FreightGrouping = 'image_repo' | 'git_repo' | 'chart_repo';

/** How Freight is put together and in order. */
export interface FreightOrder {
  groupBy?: FreightGrouping;
  /** Only this group. */
  group?: string;
  orderBy?: 'first_seen' | 'tag';
  reverse?: boolean;
}

/**
 * Puts Freight into groups by repository; ungrouped, all of it stands under `''`.
 *
 * @param freight - the newest first
 *
 * @remarks
 * Freight with artifacts of several repositories is in several groups. Within a group,
 * `first_seen` puts the oldest first, and `tag` the lowest version; what is not a
 * version comes before all versions, in the order of its text.
 */
export function groupFreight(
  freight: Freight[],
  order: FreightOrder,
): Map<string, Freight[]> {
  const groups = new Map<string, Freight[]>();
  for (const item of freight) {
    for (const key of keysOf(item, order.groupBy)) {
      if (order.group === undefined || order.group === key) {
        const group = groups.get(key) ?? [];
        group.push(item);
        groups.set(key, group);
      }
    }
  }
  if (!order.groupBy && !groups.has('')) {
    groups.set('', []);
  }
  return new Map(
    [...groups].map(([key, items]) => [key, sortGroup(items, key, order)]),
  );
}

function keysOf(freight: Freight, groupBy: FreightGrouping | undefined) {
  switch (groupBy) {
    case 'image_repo':
      return unique((freight.images ?? []).map(image => image.repoURL));
    case 'git_repo':
      return unique((freight.commits ?? []).map(commit => commit.repoURL));
    case 'chart_repo':
      return unique((freight.charts ?? []).map(chartKey));
    default:
      return [''];
  }
}

/** A chart of a classic repository needs its name, one in a registry is named by its URL. */
function chartKey({ repoURL, name }: { repoURL: string; name?: string }) {
  return name ? `${repoURL}/${name}` : repoURL;
}

function sortGroup(
  newestFirst: Freight[],
  key: string,
  { groupBy, orderBy, reverse }: FreightOrder,
): Freight[] {
  const bestFirst =
    orderBy === 'tag'
      ? sortByTag(newestFirst, freight => tagOf(freight, key, groupBy))
      : newestFirst;
  return reverse ? bestFirst : bestFirst.reverse();
}

/** The best tag first; what has the same stays in its order. */
function sortByTag(freight: Freight[], tag: (item: Freight) => string) {
  return freight
    .map(item => ({ item, text: tag(item), version: findVersion(tag(item)) }))
    .sort(compareTags)
    .map(({ item }) => item);
}

function tagOf(
  freight: Freight,
  key: string,
  groupBy: FreightGrouping | undefined,
): string {
  return groupBy === 'chart_repo'
    ? freight.charts?.find(chart => chartKey(chart) === key)?.version ?? ''
    : freight.images?.find(image => image.repoURL === key)?.tag ?? '';
}

interface Tag {
  text: string;
  version: ReturnType<typeof findVersion>;
}

/** Highest version first, then what is not a version, by text descending. */
function compareTags(a: Tag, b: Tag): number {
  if (a.version && b.version) {
    return compareBestFirst(a.version, b.version);
  }
  if (a.version || b.version) {
    return a.version ? -1 : 1;
  }
  return compareBytes(b.text, a.text);
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
