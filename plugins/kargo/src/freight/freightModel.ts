import {
  Freight,
  freightArtifacts,
  FreightArtifact,
  freightDiscoveredAt,
  FreightReference,
  Stage,
} from 'backstage-plugin-kargo-common';

/** One card of the timeline. */
export interface FreightView {
  name: string;
  /** What people call it: its alias, else the start of its name. */
  label: string;
  origin: string;
  foundAt: string;
  artifacts: FreightArtifact[];
  /** Stages of the pipeline that run it, in pipeline order. */
  runsIn: string[];
  verifiedIn: string[];
  approvedFor: string[];
  freight: Freight;
}

/** What people call Freight. */
export function freightLabel(freight: {
  name: string;
  alias?: string;
}): string {
  return freight.alias || freight.name.slice(0, 7);
}

/** What people call the content of Freight: the version of what leads it. */
export function freightVersion(
  freight: Parameters<typeof freightArtifacts>[0],
): string {
  return freightArtifacts(freight)[0]?.version ?? '';
}

/** Version and name of Freight, `1.4.1 (calm-heron)`: what it is, then what it is called. */
export function freightTitle(freight: Freight): string {
  return titled(
    freightVersion(freight),
    freightLabel({ name: freight.metadata.name, alias: freight.alias }),
  );
}

/** Version and name of the Freight behind a reference, which tells its version itself. */
export function referenceTitle(
  reference: Pick<FreightReference, 'name'> & Partial<FreightReference>,
  byName: FreightByName,
): string {
  return titled(
    freightVersion(byName.get(reference.name) ?? reference),
    referenceLabel(reference, byName),
  );
}

/** `1.4.1 (calm-heron)`, or the name alone of what has no version. */
export function titled(version: string, label: string): string {
  return version ? `${version} (${label})` : label;
}

/** The cards of the timeline, in the order given. */
export function freightViews(
  freight: Freight[],
  stageOrder: string[],
): FreightView[] {
  const places = new Map(stageOrder.map((name, place) => [name, place]));
  return freight.map(item => {
    const { currentlyIn, verifiedIn, approvedFor } = item.status ?? {};
    return {
      name: item.metadata.name,
      label: freightLabel({ name: item.metadata.name, alias: item.alias }),
      origin: item.origin.name,
      foundAt: freightDiscoveredAt(item),
      artifacts: freightArtifacts(item),
      runsIn: inOrder(currentlyIn, places),
      verifiedIn: inOrder(verifiedIn, places),
      approvedFor: inOrder(approvedFor, places),
      freight: item,
    };
  });
}

/** Whether two cards show the same: the rest of them follows from the Freight. */
export function isSameCard(one: FreightView, other: FreightView): boolean {
  const lists = ({ runsIn, verifiedIn, approvedFor }: FreightView) =>
    JSON.stringify([runsIn, verifiedIn, approvedFor]);
  return one.freight === other.freight && lists(one) === lists(other);
}

/**
 * The cards without Freight that was passed over or left behind: what runs nowhere and is
 * older than what runs of the same Warehouse.
 *
 * @param cards - newest first
 */
export function withoutUnused(cards: readonly FreightView[]): FreightView[] {
  const running = new Set<string>();
  return cards.filter(({ origin, runsIn }) => {
    if (runsIn.length > 0) {
      running.add(origin);
    }
    return runsIn.length > 0 || !running.has(origin);
  });
}

/** Whether Freight was found at a time, in epoch milliseconds, or since. */
export function isFoundSince(freight: Freight, sinceMs: number): boolean {
  return Date.parse(freightDiscoveredAt(freight)) >= sinceMs;
}

/** Whether a card is what a person looks for: by its name, or a version in it. */
export function isFreightFound(card: FreightView, search: string): boolean {
  const text = search.trim().toLocaleLowerCase('en-US');
  return [
    card.label,
    card.name,
    ...card.artifacts.map(({ version }) => version),
  ].some(word => word.toLocaleLowerCase('en-US').includes(text));
}

/** Freight by name, to find the alias behind a reference. */
export type FreightByName = ReadonlyMap<string, Freight>;

/** Indexes Freight by name. */
export function indexFreight(freight: Freight[]): FreightByName {
  return new Map(freight.map(item => [item.metadata.name, item]));
}

/** What people call the Freight behind a reference. */
export function referenceLabel(
  reference: Pick<FreightReference, 'name'>,
  byName: FreightByName,
): string {
  return freightLabel({
    name: reference.name,
    alias: byName.get(reference.name)?.alias,
  });
}

/** Whether a Stage asks for Freight of this origin. */
export function requestsOrigin(stage: Stage, freight: Freight): boolean {
  return stage.spec.requestedFreight.some(
    request =>
      request.origin.kind === freight.origin.kind &&
      request.origin.name === freight.origin.name,
  );
}

/** The Stages among the keys of some entries, by their places. */
function inOrder(
  entries: Record<string, unknown> | undefined,
  places: ReadonlyMap<string, number>,
): string[] {
  return Object.keys(entries ?? {})
    .flatMap(name => {
      const place = places.get(name);
      return place === undefined ? [] : { name, place };
    })
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
}
