import {
  Resource,
  WatchEvent,
  WatchProgress,
} from 'backstage-plugin-kargo-common';

/** A list as the cache keeps it. */
export interface Snapshot<T> {
  /** Where a watch continues. */
  resourceVersion: string;
  items: T[];
}

/**
 * The list after one change. Everything that did not change keeps its identity, so
 * that components which draw it do not draw again.
 */
export function applyWatchEvent<T extends Resource>(
  snapshot: Snapshot<T>,
  event: WatchEvent<T>,
): Snapshot<T> {
  const { metadata } = event.object;
  const index = snapshot.items.findIndex(
    item => item.metadata.name === metadata.name,
  );
  return {
    resourceVersion: metadata.resourceVersion || snapshot.resourceVersion,
    items: changed(snapshot.items, index, event),
  };
}

function changed<T extends Resource>(
  items: T[],
  index: number,
  event: WatchEvent<T>,
): T[] {
  const known = items[index];
  if (event.type === 'DELETED') {
    return known ? items.filter(item => item !== known) : items;
  }
  if (!known) {
    return [...items, event.object];
  }
  const { resourceVersion } = event.object.metadata;
  if (resourceVersion && known.metadata.resourceVersion === resourceVersion) {
    return items;
  }
  return items.map(item => (item === known ? event.object : item));
}

/** The list after several changes, in order. */
export function applyChanges<T extends Resource>(
  snapshot: Snapshot<T>,
  changes: ReadonlyArray<WatchProgress<T>>,
): Snapshot<T> {
  return changes.reduce<Snapshot<T>>(
    (current, change) => ({
      ...(change.type === 'BOOKMARK'
        ? current
        : applyWatchEvent(current, change)),
      resourceVersion: change.resourceVersion,
    }),
    snapshot,
  );
}
