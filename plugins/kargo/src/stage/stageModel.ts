import {
  ANNOTATIONS,
  automationState,
  AutomationState,
  currentFreight,
  currentWait,
  CurrentWait,
  entryOf,
  Freight,
  FreightArtifact,
  freightArtifacts,
  FreightByOrigin,
  FreightReference,
  groupByOrigin,
  HealthState,
  isControlFlow,
  NewerFreight,
  newerFreight,
  originKey,
  Stage,
  stageState,
  StageState,
  StageStatus,
  ToldReason,
  VerificationPhase,
} from 'backstage-plugin-kargo-common';
import { stageColor } from '../components/stageColor';
import {
  FreightByName,
  freightVersion,
  indexFreight,
  referenceLabel,
} from '../freight/freightModel';
import { waitingReason } from './waitingReason';

/** Freight of one origin in a Stage. */
export interface HeldFreight {
  origin: string;
  name: string;
  label: string;
  artifacts: FreightArtifact[];
  since?: string;
}

/** Freight that is newer than what a Stage holds. */
export interface NewerView {
  origin: string;
  version: string;
  /** How many pieces of Freight it is ahead. */
  count: number;
  isAvailable: boolean;
}

/** Why a Stage waits, and who ends it where nothing else does: the viewer, or its owners. */
export type StageWait = ToldReason & {
  actors?: 'viewer' | readonly string[];
};

/** What the interface shows of a Stage. */
export interface StageView {
  name: string;
  description?: string;
  state: StageState;
  health?: HealthState;
  healthIssues: string[];
  automation: AutomationState;
  /** Names of Warehouses whose Freight the Stage takes. */
  origins: string[];
  holds: HeldFreight[];
  /** What is newer than what it holds, by origin. */
  newer: NewerView[];
  /** Why it is not as it should be or what newer Freight waits for: the most pressing. */
  waitsFor?: StageWait;
  /** The colour that its manifest gives it. */
  color?: string;
  verification?: VerificationPhase;
  promotion?: { name: string; freightLabel?: string };
  /** What the Promotion that runs waits for. */
  wait?: CurrentWait;
  lastPromotion?: { name: string; finishedAt?: string };
}

/** What to say of a Stage that holds nothing. */
export function emptyStageText(
  view: Pick<StageView, 'lastPromotion'>,
): 'stage.empty' | 'stage.noneSucceeded' {
  return view.lastPromotion ? 'stage.noneSucceeded' : 'stage.empty';
}

/** Freight of a pipeline, prepared for the questions that every Stage asks. */
export interface FreightIndex {
  byName: FreightByName;
  byOrigin: FreightByOrigin;
  /** What time it is, in epoch milliseconds; soak times depend on it. */
  nowMs: number;
}

/** Prepares Freight once for all Stages. */
export function freightIndex(freight: Freight[], nowMs: number): FreightIndex {
  return {
    byName: indexFreight(freight),
    byOrigin: groupByOrigin(freight),
    nowMs,
  };
}

/** What the interface shows of a Stage. */
export function stageView(stage: Stage, index: FreightIndex): StageView {
  const freight = index.byName;
  const color = stageColor(stage);
  const { currentPromotion, lastPromotion } = stage.status ?? {};
  const health = knownHealth(stage.status ?? {});
  const verification = currentFreight(stage)?.verificationHistory?.[0]?.phase;
  const description = stage.metadata.annotations?.[ANNOTATIONS.description];
  const newer = isControlFlow(stage)
    ? []
    : newerFreight(stage, index.byOrigin, index.nowMs);
  const waitsFor = waitingReason(stage, newer, index.nowMs);
  const wait = currentWait(stage.status);
  return {
    name: stage.metadata.name,
    ...(description && { description }),
    state: stageState(stage),
    ...(health && { health: health.status }),
    healthIssues: health?.issues ?? [],
    automation: automationState(stage),
    origins: stage.spec.requestedFreight.map(request => request.origin.name),
    holds: heldFreight(stage, freight),
    newer: newerViews(newer, freight),
    ...(waitsFor && { waitsFor }),
    ...(color && { color }),
    ...(verification !== undefined && { verification }),
    ...(currentPromotion && {
      promotion: {
        name: currentPromotion.name,
        ...(currentPromotion.freight && {
          freightLabel: referenceLabel(currentPromotion.freight, freight),
        }),
      },
    }),
    ...(wait && { wait }),
    ...(lastPromotion && {
      lastPromotion: {
        name: lastPromotion.name,
        ...(lastPromotion.finishedAt && {
          finishedAt: lastPromotion.finishedAt,
        }),
      },
    }),
  };
}

/** Nobody looks at health while something is promoted, or after that came to nothing. */
function knownHealth({
  health,
  currentPromotion,
  lastPromotion,
}: StageStatus): StageStatus['health'] {
  const isUnknown = health?.status === 'Unknown';
  const phase = lastPromotion?.status?.phase;
  const isLookedAt =
    !currentPromotion && (phase === undefined || phase === 'Succeeded');
  return isUnknown && !isLookedAt ? undefined : health;
}

function newerViews(
  newer: readonly NewerFreight[],
  byName: FreightByName,
): NewerView[] {
  return newer.map(({ origin, freight, count, isAvailable }) => ({
    origin,
    version:
      freightVersion(freight) ||
      referenceLabel({ name: freight.metadata.name }, byName),
    count,
    isAvailable,
  }));
}

/** Freight that a Stage holds, in the order in which it asks for it. */
function heldFreight(stage: Stage, freight: FreightByName): HeldFreight[] {
  const items = currentFreight(stage)?.items ?? {};
  return stage.spec.requestedFreight
    .map(request => items[originKey(request.origin)])
    .filter((reference): reference is FreightReference => Boolean(reference))
    .map(reference => {
      const since = entryOf(
        freight.get(reference.name)?.status?.currentlyIn,
        stage.metadata.name,
      )?.since;
      return {
        origin: reference.origin.name,
        name: reference.name,
        label: referenceLabel(reference, freight),
        artifacts: freightArtifacts(reference),
        ...(since && { since }),
      };
    });
}

/** Artifacts of everything held: the first of each origin, then the others. */
export function leadingArtifacts(holds: HeldFreight[]): FreightArtifact[] {
  return [
    ...holds.flatMap(held => held.artifacts.slice(0, 1)),
    ...holds.flatMap(held => held.artifacts.slice(1)),
  ];
}
