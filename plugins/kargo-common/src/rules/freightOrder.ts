import { Freight, freightDiscoveredAt } from '../model/Freight';
import { originKey } from '../model/references';
import { versionOrderKey } from './versionOrder';

/**
 * Text by which Freight sorts from the oldest to the newest, byte by byte: the engine's
 * index, its decisions and the interface all order by it.
 *
 * @remarks
 * First the second of discovery, as a moment, however it is written. Within a second the
 * versions of the artifacts decide, and between equal versions the arrival, which is the
 * fraction that the engine gives to what comes in the same second. The name takes no
 * part: it is a hash.
 *
 * @public
 */
export function freightOrderKey(freight: Freight): string {
  const discovered = toInstant(freightDiscoveredAt(freight));
  return [
    discovered.slice(0, 19),
    versionsOf(freight),
    discovered.slice(19),
    toInstant(freight.metadata.creationTimestamp),
  ].join('|');
}

/** UTC with milliseconds, which sorts as text. What is no time sorts first. */
function toInstant(text: string): string {
  const milliseconds = Date.parse(text);
  return new Date(Number.isNaN(milliseconds) ? 0 : milliseconds).toISOString();
}

/** The versions of the artifacts, each at the same place in all Freight of a Warehouse. */
function versionsOf({
  commits = [],
  images = [],
  charts = [],
  artifacts = [],
}: Freight): string {
  const versions: Array<[artifact: string, version: string | undefined]> = [
    ...images.map(image => [image.repoURL, image.tag] as const),
    ...charts.map(
      chart => [`${chart.repoURL} ${chart.name ?? ''}`, chart.version] as const,
    ),
    ...commits.map(commit => [commit.repoURL, commit.tag] as const),
    ...artifacts.map(
      artifact => [artifact.subscriptionName, artifact.version] as const,
    ),
  ].map(([artifact, version]) => [artifact, version]);
  return versions
    .sort(([a], [b]) => compareText(a, b))
    .map(([, version]) => versionOrderKey(version ?? ''))
    .join(',');
}

/**
 * Orders two pieces of Freight newest first, see {@link freightOrderKey}. Names only keep
 * pages of what is equal in everything else in one order.
 *
 * @public
 */
export function compareNewestFreight(a: Freight, b: Freight): number {
  return compareNewest(place(a), place(b));
}

/**
 * Freight ordered as by {@link compareNewestFreight}, in a new list. The place of each object
 * is computed once, which is most of the work: who has other Freight has another object.
 *
 * @public
 */
export function sortNewestFirst(freight: readonly Freight[]): Freight[] {
  return freight
    .map(place)
    .sort(compareNewest)
    .map(placed => placed.freight);
}

interface PlacedFreight {
  freight: Freight;
  key: string;
}

/** What was placed once: lists are sorted anew whenever one of their pieces changes. */
const places = new WeakMap<Freight, PlacedFreight>();

function place(freight: Freight): PlacedFreight {
  const known = places.get(freight);
  if (known) {
    return known;
  }
  const placed = { freight, key: freightOrderKey(freight) };
  places.set(freight, placed);
  return placed;
}

function compareNewest(a: PlacedFreight, b: PlacedFreight): number {
  return (
    compareText(b.key, a.key) ||
    compareText(b.freight.metadata.name, a.freight.metadata.name)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/**
 * Freight of the same origin between two others in discovery order, both
 * exclusive, newest first: what a promotion from one to the other passes over.
 *
 * @public
 */
export function freightBetween(
  all: readonly Freight[],
  one: Freight,
  other: Freight,
): Freight[] {
  const key = originKey(one.origin);
  if (originKey(other.origin) !== key) {
    return [];
  }
  const [newer, older] = [place(one), place(other)].sort(compareNewest);
  return all
    .filter(candidate => originKey(candidate.origin) === key)
    .map(place)
    .filter(
      candidate =>
        compareNewest(newer, candidate) < 0 &&
        compareNewest(candidate, older) < 0,
    )
    .sort(compareNewest)
    .map(({ freight }) => freight);
}

/** Further ahead than this is no clock that runs fast but a time that somebody chose. */
const LARGEST_SKEW_MS = 3_600_000;

/**
 * When Freight that arrives now counts as discovered: now, but never before what arrived
 * earlier, so that the order of arrival does not depend on whose clock is ahead.
 *
 * @param newest - the newest Freight of the same origin
 * @param nowMs - epoch milliseconds by the clock of whoever makes the Freight
 * @returns RFC 3339; whole seconds unless a fraction is needed
 * @public
 */
export function discoveryTime(
  newest: Freight | undefined,
  nowMs: number,
): string {
  const second = Math.floor(nowMs / 1000) * 1000;
  const before = newest ? Date.parse(freightDiscoveredAt(newest)) : NaN;
  return before >= second && before - nowMs <= LARGEST_SKEW_MS
    ? new Date(before + 1).toISOString()
    : `${new Date(second).toISOString().slice(0, 19)}Z`;
}
