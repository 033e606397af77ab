import { Resource } from 'backstage-plugin-kargo-common';
import { Snapshot } from './applyWatchEvent';

/**
 * The answer to a list that was asked for while changes went on arriving, with what arrived
 * meanwhile: no stream tells again what an older answer would take back.
 *
 * @param before - the list as it was when it was asked for again
 * @param now - the same list when the answer came
 */
export function withArrived<T extends Resource>(
  answer: Snapshot<T>,
  before: Snapshot<T> | undefined,
  now: Snapshot<T> | undefined,
): Snapshot<T> {
  if (!before || !now || before.resourceVersion === now.resourceVersion) {
    return answer;
  }
  // What did not change kept its identity.
  const old = new Set(before.items);
  const arrived = byName(now.items.filter(item => !old.has(item)));
  const there = byName(now.items);
  const left = new Set([...byName(before.items).keys()].filter(notIn(there)));
  const listed = byName(answer.items);
  return {
    // From there on the stream goes on, whatever the answer knows already.
    resourceVersion: now.resourceVersion,
    items: [
      ...answer.items
        .filter(item => !left.has(item.metadata.name))
        .map(item => later(item, arrived.get(item.metadata.name))),
      ...[...arrived.values()].filter(item => !listed.has(item.metadata.name)),
    ],
  };
}

function byName<T extends Resource>(items: readonly T[]): Map<string, T> {
  return new Map(items.map(item => [item.metadata.name, item]));
}

function notIn(names: ReadonlyMap<string, unknown>) {
  return (name: string) => !names.has(name);
}

/** The answer may know more than has arrived so far. Versions count up. */
function later<T extends Resource>(listed: T, arrived: T | undefined): T {
  return arrived && !(versionOf(listed) > versionOf(arrived))
    ? arrived
    : listed;
}

function versionOf({ metadata }: Resource): number {
  return Number(metadata.resourceVersion);
}
