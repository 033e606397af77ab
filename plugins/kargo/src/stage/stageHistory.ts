import {
  Freight,
  FreightReference,
  isFreightAvailable,
  originKey,
  Stage,
  VerificationPhase,
} from 'backstage-plugin-kargo-common';

/** Freight that a Stage ran before. */
export interface PastFreight {
  /** Tells it from others, also where the same Freight ran twice. */
  id: string;
  reference: FreightReference;
  /** How its last verification ended, where there was one. */
  verification?: VerificationPhase;
  /** Whether one may go back to it: it is still there, may enter, and does not run again already. */
  mayReturn: boolean;
}

/**
 * What a Stage ran before what it runs now, newest first. Of Freight of several Warehouses
 * only what changed stands in each step.
 */
export function stageHistory(
  stage: Stage,
  freight: readonly Freight[],
  nowMs: number,
): PastFreight[] {
  const [current, ...past] = stage.status?.freightHistory ?? [];
  const found = new Map(freight.map(item => [item.metadata.name, item]));
  const running = current?.items ?? {};
  let newer = running;
  return past.flatMap(({ items, verificationHistory }, index) => {
    const changed = Object.values(items).filter(
      reference => newer[originKey(reference.origin)]?.name !== reference.name,
    );
    newer = { ...newer, ...items };
    const verification = verificationHistory?.[0]?.phase;
    return changed.map(reference => {
      const item = found.get(reference.name);
      return {
        id: `${index} ${reference.name}`,
        reference,
        ...(verification && { verification }),
        mayReturn:
          item !== undefined &&
          running[originKey(reference.origin)]?.name !== reference.name &&
          isFreightAvailable(stage, item, nowMs).available,
      };
    });
  });
}
