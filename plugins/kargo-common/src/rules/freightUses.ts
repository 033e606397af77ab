import { isPromotionTerminal, Promotion } from '../model/Promotion';
import { originKey } from '../model/references';
import { Stage } from '../model/Stage';

/** Why a Stage cannot do without a piece of Freight. @public */
export type FreightUse = 'current' | 'promoting' | 'held' | 'inherited';

/**
 * The names of the Freight that a Stage cannot do without, and why.
 *
 * @remarks
 * `current`: it is there now. `promoting`: the Promotion that the Stage acknowledged, until
 * the Stage has recorded how it ended. `held`: automation is to leave it there.
 * `inherited`: the next Promotion of another origin takes it along.
 *
 * @public
 */
export function freightUses(stage: Stage): Map<string, FreightUse> {
  const { status = {} } = stage;
  const uses = new Map<string, FreightUse>();
  const note = (name: string | undefined, use: FreightUse) => {
    if (name && !uses.has(name)) {
      uses.set(name, use);
    }
  };
  const noteAll = (
    items: Record<string, { name: string }> | undefined,
    use: FreightUse,
  ) => Object.values(items ?? {}).forEach(({ name }) => note(name, use));
  noteAll(status.freightHistory?.[0]?.items, 'current');
  const { currentPromotion, lastPromotion } = status;
  note(currentPromotion?.freight?.name, 'promoting');
  noteAll(currentPromotion?.status?.freightCollection?.items, 'promoting');
  for (const holds of [
    status.autoPromotionHolds,
    status.effectiveAutoPromotionHolds,
  ]) {
    Object.values(holds ?? {}).forEach(hold => note(hold.freightName, 'held'));
  }
  noteAll(
    inheritedItems(stage, lastPromotion?.status?.freightCollection?.items),
    'inherited',
  );
  return uses;
}

/** What a Stage of several origins takes over from the last Promotion. */
function inheritedItems(
  { spec: { requestedFreight } }: Stage,
  items: Record<string, { name: string }> = {},
): Record<string, { name: string }> {
  const requested = requestedFreight.map(({ origin }) => originKey(origin));
  return requested.length > 1
    ? Object.fromEntries(
        Object.entries(items).filter(([key]) => requested.includes(key)),
      )
    : {};
}

/** The names of the Freight that a Promotion which has not ended brings to its Stage. @public */
export function promotedFreight({ spec, status }: Promotion): string[] {
  if (isPromotionTerminal(status?.phase)) {
    return [];
  }
  const items = Object.values(status?.freightCollection?.items ?? {});
  return [
    ...new Set([
      ...(spec.freight ? [spec.freight] : []),
      ...items.map(({ name }) => name),
    ]),
  ];
}

const PHRASES: Record<FreightUse, string> = {
  current: 'is in',
  promoting: 'is on its way to',
  held: 'is held in',
  inherited: 'is taken along by the next Promotion to',
};

/** Why Freight may not be deleted, in a sentence; `undefined` when it may. @public */
export function describeFreightUses(
  name: string,
  stages: Stage[],
  promotions: Promotion[],
): string | undefined {
  const reasons = [
    ...stages.flatMap(stage => {
      const use = freightUses(stage).get(name);
      return use ? [`${PHRASES[use]} Stage '${stage.metadata.name}'`] : [];
    }),
    ...promotions
      .filter(promotion => promotedFreight(promotion).includes(name))
      .map(
        ({ metadata, spec }) =>
          `is promoted to Stage '${spec.stage}' by Promotion '${metadata.name}'`,
      ),
  ];
  return reasons.length > 0
    ? `Freight '${name}' cannot be deleted while it ${reasons.join(', ')}`
    : undefined;
}
