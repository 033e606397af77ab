import { Freight } from '../model/Freight';
import { originKey } from '../model/references';
import { currentFreight, Stage } from '../model/Stage';
import { sortNewestFirst } from './freightOrder';
import { isFreightAvailable } from './isFreightAvailable';

/** Freight by origin, newest first. @public */
export type FreightByOrigin = ReadonlyMap<string, readonly Freight[]>;

/** Sorts Freight once, so that a question about each of many Stages does not. @public */
export function groupByOrigin(freight: readonly Freight[]): FreightByOrigin {
  const groups = new Map<string, Freight[]>();
  for (const item of sortNewestFirst(freight)) {
    const key = originKey(item.origin);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return groups;
}

/** Freight that a Stage could run instead of what it runs now. @public */
export interface NewerFreight {
  origin: string;
  freight: Freight;
  /** How many pieces of Freight lie between, the one itself included. */
  count: number;
  /** Whether it may enter now. */
  isAvailable: boolean;
}

/**
 * The newest Freight of each origin that is newer than what a Stage runs: the newest that
 * may enter, else the newest of all. An origin of which the Stage runs the newest is left
 * out.
 *
 * @public
 */
export function newerFreight(
  stage: Stage,
  freight: FreightByOrigin,
  nowMs: number,
): NewerFreight[] {
  const held = currentFreight(stage)?.items ?? {};
  return stage.spec.requestedFreight.flatMap(({ origin }) => {
    const key = originKey(origin);
    const ofOrigin = freight.get(key) ?? [];
    const position = ofOrigin.findIndex(
      item => item.metadata.name === held[key]?.name,
    );
    // Freight that was cleaned up is older than everything that is still there.
    const newer = position < 0 ? ofOrigin : ofOrigin.slice(0, position);
    if (newer.length === 0) {
      return [];
    }
    const index = newer.findIndex(
      item => isFreightAvailable(stage, item, nowMs).available,
    );
    const chosen = Math.max(0, index);
    return [
      {
        origin: origin.name,
        freight: newer[chosen],
        count: newer.length - chosen,
        isAvailable: index >= 0,
      },
    ];
  });
}
