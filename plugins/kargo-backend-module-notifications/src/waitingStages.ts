import {
  currentFreight,
  Freight,
  FreightAvailability,
  FreightByOrigin,
  groupByOrigin,
  isControlFlow,
  isFreightAvailable,
  newerFreight,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';
import { ToldEvent } from './toldEvent';

/** A Stage to which somebody could promote Freight now, and why that is so. */
export interface WaitingStage {
  stage: Stage;
  availability: FreightAvailability;
}

/** What Freight stands before. */
export interface Standing {
  waiting: WaitingStage[];
  /** Stages for which it has to stay somewhere first, by when that is over, in epoch milliseconds. */
  soaking: Map<number, Stage[]>;
}

/**
 * The Stages to which an event may have made Freight available.
 *
 * @param only - their names, where that is known
 */
export function concernedStages(
  stages: readonly Stage[],
  { type, stage: name = '', freight }: ToldEvent,
  only?: readonly string[],
): Stage[] {
  return stages.filter(({ metadata, spec }) => {
    const sources = spec.requestedFreight.find(
      ({ origin }) => origin.name === freight?.warehouse,
    )?.sources;
    const isConcerned =
      type === 'FreightCreated'
        ? sources?.direct === true
        : sources?.stages?.includes(name) ?? false;
    return only?.includes(metadata.name) ?? isConcerned;
  });
}

/**
 * The Stages for which Freight waits until a person promotes it: to which nothing promotes
 * by itself, and for which it is the newest that may enter.
 *
 * @param freight - what the project has of the same origin
 */
export function standingOf(
  about: Freight,
  stages: readonly Stage[],
  freight: readonly Freight[],
  nowMs: number,
): Standing {
  const standing: Standing = { waiting: [], soaking: new Map() };
  const byOrigin = groupByOrigin(freight);
  for (const stage of stages.filter(each => needsPerson(each, about))) {
    const availability = isFreightAvailable(stage, about, nowMs);
    const { availableAtMs } = availability;
    if (availableAtMs !== undefined) {
      const others = standing.soaking.get(availableAtMs) ?? [];
      standing.soaking.set(availableAtMs, [...others, stage]);
    } else if (
      availability.available &&
      isNewestThatMayEnter(about, stage, byOrigin, nowMs)
    ) {
      standing.waiting.push({ stage, availability });
    }
  }
  return standing;
}

function isNewestThatMayEnter(
  about: Freight,
  stage: Stage,
  freight: FreightByOrigin,
  nowMs: number,
): boolean {
  return newerFreight(stage, freight, nowMs).some(
    newer =>
      newer.isAvailable && newer.freight.metadata.name === about.metadata.name,
  );
}

/** Whether approved Freight waits for a person, also where there is newer: somebody wants it there. */
export function approvedStanding(
  about: Freight,
  stage: Stage,
  nowMs: number,
): WaitingStage[] {
  const availability = isFreightAvailable(stage, about, nowMs);
  return needsPerson(stage, about) && availability.available
    ? [{ stage, availability }]
    : [];
}

/**
 * Whether promoting Freight to a Stage takes up what somebody may have been told of: not
 * going back to older Freight, which leaves what waits waiting.
 */
export function isTakenUp(
  name: string,
  stage: Stage,
  freight: readonly Freight[],
): boolean {
  const groups = [...groupByOrigin(freight).values()];
  const ofOrigin = groups[0] ?? [];
  const place = (called: string | undefined) =>
    ofOrigin.findIndex(({ metadata }) => metadata.name === called);
  const promoted = place(name);
  const origin = ofOrigin.at(0)?.origin;
  const held = origin && currentFreight(stage)?.items[originKey(origin)]?.name;
  const holds = place(held);
  return (
    promotesByHand(stage) && promoted >= 0 && (holds < 0 || promoted <= holds)
  );
}

/**
 * A Stage that nobody has looked after yet may promote by itself; to one that selects targets
 * nothing is promoted.
 */
function promotesByHand(stage: Stage): boolean {
  return (
    !isControlFlow(stage) &&
    !stage.spec.targets &&
    stage.status?.autoPromotionEnabled === false
  );
}

function needsPerson(stage: Stage, { metadata, origin }: Freight): boolean {
  const held = currentFreight(stage)?.items[originKey(origin)];
  const { currentPromotion } = stage.status ?? {};
  return (
    promotesByHand(stage) &&
    held?.name !== metadata.name &&
    currentPromotion?.freight?.name !== metadata.name
  );
}
