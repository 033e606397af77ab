import {
  ArtifactChange,
  automationState,
  compareNewestFreight,
  currentFreight,
  entryOf,
  Freight,
  FreightAvailability,
  freightBetween,
  freightDifference,
  FreightReference,
  groupByOrigin,
  isFreightAvailable,
  originKey,
  sortNewestFirst,
  Stage,
} from 'backstage-plugin-kargo-common';

/** How the chosen Freight relates to what runs. */
export type PromotionDirection = 'first' | 'forward' | 'back' | 'same';

/** What a promotion would do. */
export interface PromotionPlan {
  direction: PromotionDirection;
  /** The Freight that would be replaced. */
  from?: FreightReference;
  changes: ArtifactChange[];
  /** What stays because it comes from other Warehouses, by the name of each. */
  stays: Array<{ origin: string; changes: ArtifactChange[] }>;
  /** Freight between both, newest first. */
  skipped: Freight[];
  /** Stages whose verification an approval stands in for; absent where none does. */
  bypasses?: string[];
  /** Automation would choose other Freight, so it stops until resumed. */
  pausesAutomation: boolean;
  /** Steps that run, by the name of their runner or task. */
  steps: string[];
}

/** Freight that may be chosen for a Stage. */
export interface FreightChoice {
  freight: Freight;
  isCurrent: boolean;
  /** Whether it lies behind what the Stage runs of its origin: promoting it rolls back. */
  isOlder: boolean;
  availability: FreightAvailability;
}

/** What may be chosen of one Warehouse, newest first. */
export interface ChoiceGroup {
  origin: string;
  choices: FreightChoice[];
}

/** Freight that a Stage asks for, by origin, each newest first, with availability. */
export function choiceGroups(
  stage: Stage,
  freight: Freight[],
  nowMs: number,
): ChoiceGroup[] {
  const groups = groupByOrigin(freight);
  const held = currentFreight(stage)?.items ?? {};
  return stage.spec.requestedFreight.map(({ origin }) => {
    const key = originKey(origin);
    const ofOrigin = groups.get(key) ?? [];
    const position = ofOrigin.findIndex(
      item => item.metadata.name === held[key]?.name,
    );
    return {
      origin: origin.name,
      choices: ofOrigin.map((item, index) => ({
        freight: item,
        isCurrent: index === position,
        // Freight that was cleaned up is older than what is still there.
        isOlder: position >= 0 && index > position,
        availability: isFreightAvailable(stage, item, nowMs),
      })),
    };
  });
}

/**
 * What a person most likely wants: the newest available Freight that is newer than what
 * runs. Nothing where there is none: going back is chosen, never suggested.
 */
export function suggestedChoice(
  groups: ChoiceGroup[],
): FreightChoice | undefined {
  return groups
    .flatMap(({ choices }) => choices)
    .find(
      ({ isCurrent, isOlder, availability }) =>
        availability.available && !isCurrent && !isOlder,
    );
}

/** Whether a Stage runs the newest Freight of every origin. */
export function runsNewest(groups: ChoiceGroup[]): boolean {
  return groups.every(({ choices }) => choices[0]?.isCurrent);
}

/**
 * What promoting Freight to a Stage would change.
 *
 * @param all - at least all Freight of the same Warehouse
 */
export function promotionPlan(
  stage: Stage,
  chosen: Freight,
  all: readonly Freight[],
  nowMs: number,
): PromotionPlan {
  const items = currentFreight(stage)?.items ?? {};
  const held = items[originKey(chosen.origin)];
  const current = held && all.find(item => item.metadata.name === held.name);
  const bypasses = bypassedStages(stage, chosen, nowMs);
  return {
    direction: direction(held?.name, current, chosen),
    ...(held && { from: held }),
    changes: freightDifference(held, chosen),
    stays: stage.spec.requestedFreight.flatMap(({ origin }) => {
      const item = items[originKey(origin)];
      return item && originKey(origin) !== originKey(chosen.origin)
        ? [{ origin: origin.name, changes: freightDifference(item, item) }]
        : [];
    }),
    ...(bypasses && { bypasses }),
    skipped: current ? freightBetween(all, current, chosen) : [],
    pausesAutomation:
      automationState(stage) === 'on' &&
      candidate(stage, chosen, all, nowMs) !== chosen.metadata.name,
    steps: (stage.spec.promotionTemplate?.spec.steps ?? []).map(
      step => step.as || step.uses || step.task?.name || '',
    ),
  };
}

function direction(
  heldName: string | undefined,
  current: Freight | undefined,
  chosen: Freight,
): PromotionDirection {
  if (heldName === undefined) {
    return 'first';
  }
  if (heldName === chosen.metadata.name) {
    return 'same';
  }
  // Freight that was cleaned up is older than what is still there.
  return current && compareNewestFreight(current, chosen) < 0
    ? 'back'
    : 'forward';
}

/** The Stages that would keep Freight out if it were not approved. */
function bypassedStages(
  stage: Stage,
  chosen: Freight,
  nowMs: number,
): string[] | undefined {
  if (!entryOf(chosen.status?.approvedFor, stage.metadata.name)) {
    return undefined;
  }
  const withoutApproval = isFreightAvailable(
    stage,
    { ...chosen, status: { ...chosen.status, approvedFor: {} } },
    nowMs,
  );
  return withoutApproval.available
    ? undefined
    : withoutApproval.upstreams
        .filter(({ satisfied }) => !satisfied)
        .map(upstream => upstream.stage);
}

function candidate(
  stage: Stage,
  chosen: Freight,
  all: readonly Freight[],
  nowMs: number,
): string | undefined {
  const key = originKey(chosen.origin);
  const offered = all.filter(
    item =>
      originKey(item.origin) === key &&
      isFreightAvailable(stage, item, nowMs).available,
  );
  return sortNewestFirst(offered)[0]?.metadata.name;
}
