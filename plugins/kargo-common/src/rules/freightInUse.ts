import { isPromotionTerminal, Promotion } from '../model/Promotion';
import { currentFreight, Stage } from '../model/Stage';

/** Who needs a piece of Freight, and how. @public */
export type FreightUse =
  | { kind: 'current'; stage: string }
  | { kind: 'held'; stage: string }
  | { kind: 'promotion'; stage: string; promotion: string };

/**
 * Who would miss Freight if it were deleted: Stages that hold it now or that keep automation
 * off for it, and Promotions that have not ended. Freight that nobody needs may go.
 *
 * @param stages - those of the project that may need it
 * @param promotions - those of the project that have not ended
 * @public
 */
export function freightInUse(
  name: string,
  stages: Stage[],
  promotions: Promotion[],
): FreightUse[] {
  return [
    ...stages.flatMap(stage => usesOf(name, stage)),
    ...promotions
      .filter(
        promotion =>
          promotion.spec.freight === name &&
          !isPromotionTerminal(promotion.status?.phase),
      )
      .map(
        (promotion): FreightUse => ({
          kind: 'promotion',
          stage: promotion.spec.stage,
          promotion: promotion.metadata.name,
        }),
      ),
  ];
}

function usesOf(name: string, stage: Stage): FreightUse[] {
  const about = { stage: stage.metadata.name };
  const current = Object.values(currentFreight(stage)?.items ?? {});
  const holds = Object.values(stage.status?.autoPromotionHolds ?? {});
  return [
    ...(current.some(item => item.name === name)
      ? [{ kind: 'current' as const, ...about }]
      : []),
    ...(holds.some(hold => hold.freightName === name)
      ? [{ kind: 'held' as const, ...about }]
      : []),
  ];
}

/** One phrase per use, for the message that refuses a deletion. @public */
export function describeFreightUse(use: FreightUse): string {
  switch (use.kind) {
    case 'current':
      return `it is in Stage '${use.stage}'`;
    case 'held':
      return `Stage '${use.stage}' is held at it`;
    default:
      return `Promotion '${use.promotion}' to Stage '${use.stage}' has not ended`;
  }
}
