import {
  ArtifactChange,
  compareNewestFreight,
  currentFreight,
  Freight,
  FreightAvailability,
  freightBetween,
  freightDifference,
  isFreightAvailable,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';
import { automationState } from '../stage/stageModel';

/** How the chosen Freight relates to what runs. */
export type PromotionDirection = 'first' | 'forward' | 'back' | 'same';

/** What a promotion would do. */
export interface PromotionPlan {
  direction: PromotionDirection;
  /** Name of the Freight that would be replaced. */
  from?: string;
  changes: ArtifactChange[];
  /** Freight between both, newest first. */
  skipped: Freight[];
  /** Automation would choose other Freight, so it stops until resumed. */
  pausesAutomation: boolean;
  /** Steps that run, by the name of their runner or task. */
  steps: string[];
}

/** Freight that may be chosen for a Stage. */
export interface FreightChoice {
  freight: Freight;
  isCurrent: boolean;
  availability: FreightAvailability;
}

/** Freight of the origins that a Stage asks for, newest first, with availability. */
export function freightChoices(
  stage: Stage,
  freight: Freight[],
  nowMs: number,
): FreightChoice[] {
  const held = new Set(
    Object.values(currentFreight(stage)?.items ?? {}).map(item => item.name),
  );
  const origins = new Set(
    stage.spec.requestedFreight.map(request => originKey(request.origin)),
  );
  return freight
    .filter(item => origins.has(originKey(item.origin)))
    .sort(compareNewestFreight)
    .map(item => ({
      freight: item,
      isCurrent: held.has(item.metadata.name),
      availability: isFreightAvailable(stage, item, nowMs),
    }));
}

/** What a person most likely wants: the newest available Freight that is not there yet. */
export function suggestedChoice(
  choices: FreightChoice[],
): FreightChoice | undefined {
  return (
    choices.find(
      choice => choice.availability.available && !choice.isCurrent,
    ) ?? choices.find(choice => choice.availability.available)
  );
}

/** What promoting Freight to a Stage would change. */
export function promotionPlan(
  stage: Stage,
  chosen: Freight,
  all: Freight[],
  nowMs: number,
): PromotionPlan {
  const held = currentFreight(stage)?.items[originKey(chosen.origin)];
  const current = held && all.find(item => item.metadata.name === held.name);
  return {
    direction: direction(held?.name, current, chosen),
    ...(held && { from: held.name }),
    changes: freightDifference(held, chosen),
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

function candidate(
  stage: Stage,
  chosen: Freight,
  all: Freight[],
  nowMs: number,
): string | undefined {
  const key = originKey(chosen.origin);
  return all
    .filter(
      item =>
        originKey(item.origin) === key &&
        isFreightAvailable(stage, item, nowMs).available,
    )
    .sort(compareNewestFreight)[0]?.metadata.name;
}
