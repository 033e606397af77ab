import {
  Freight,
  freightDiscoveredAt,
  originKey,
  Promotion,
} from 'backstage-plugin-kargo-common';

/**
 * Names of the Promotions that took a Stage back: to Freight older than what it had of the same
 * Warehouse.
 *
 * @remarks
 * What a Stage had before the first of these Promotions is not known, nor is the age of Freight
 * that was deleted: such a Promotion is not called a rollback.
 *
 * @param newestFirst - Promotions of one project
 * @param freight - by name
 */
export function findRollbacks(
  newestFirst: readonly Promotion[],
  freight: ReadonlyMap<string, Freight>,
): ReadonlySet<string> {
  const foundHeld = new Map<string, number>();
  const rollbacks = new Set<string>();
  for (const { metadata, spec, status } of [...newestFirst].reverse()) {
    const promoted = freight.get(spec.freight ?? '');
    if (promoted) {
      const place = `${spec.stage} ${originKey(promoted.origin)}`;
      const foundAt = Date.parse(freightDiscoveredAt(promoted));
      if (foundAt < (foundHeld.get(place) ?? foundAt)) {
        rollbacks.add(metadata.name);
      }
      if (status?.phase === 'Succeeded') {
        foundHeld.set(place, foundAt);
      }
    }
  }
  return rollbacks;
}
