import {
  ANNOTATIONS,
  currentFreight,
  CurrentWait,
  currentWait,
  findCondition,
  Freight,
  FreightArtifact,
  freightArtifacts,
  FreightReference,
  HealthState,
  isConditionTrue,
  isControlFlow,
  isVerificationTerminal,
  isVerificationTrusted,
  originKey,
  Stage,
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
import {
  FreightByOrigin,
  groupByOrigin,
  NewerFreight,
  newerFreight,
} from './newerFreight';
import { waitingReason } from './waitingReason';

/** What a Stage is doing, in one word. */
export type StageState =
  | 'passThrough'
  | 'promoting'
  | 'verifying'
  | 'promotionFailed'
  | 'verificationFailed'
  | 'unhealthy'
  | 'error'
  | 'empty'
  | 'settling'
  | 'ready'
  | 'unknown';

/** Whether automation promotes to a Stage. */
export type AutomationState = 'on' | 'off' | 'held';

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

/** What a Stage is doing; the first that applies, the most pressing first. */
export function stageState(stage: Stage): StageState {
  if (isControlFlow(stage)) {
    return hasReconcileError(stage) ? 'error' : 'passThrough';
  }
  const { currentPromotion, lastPromotion, health } = stage.status ?? {};
  const history = currentFreight(stage)?.verificationHistory ?? [];
  if (currentPromotion) {
    return 'promoting';
  }
  if (history[0] && !isVerificationTerminal(history[0].phase)) {
    return 'verifying';
  }
  if (hasReconcileError(stage)) {
    return 'error';
  }
  if (['Failed', 'Errored'].includes(lastPromotion?.status?.phase ?? '')) {
    return 'promotionFailed';
  }
  if (!currentFreight(stage)) {
    return 'empty';
  }
  if (health?.status === 'Unhealthy') {
    return 'unhealthy';
  }
  if (history[0] && !isVerificationTrusted(history)) {
    return 'verificationFailed';
  }
  if (isConditionTrue(stage.status, 'Ready')) {
    return 'ready';
  }
  return health?.status === 'Unknown' ? 'unknown' : 'settling';
}

const FAILING: ReadonlyArray<StageState> = [
  'promotionFailed',
  'verificationFailed',
  'unhealthy',
  'error',
];

/** Whether somebody has to look at a Stage in this state. */
export function isFailing(state: StageState): boolean {
  return FAILING.includes(state);
}

/** Whether automation promotes to a Stage, or waits for someone to resume it. */
export function automationState(stage: Stage): AutomationState {
  const {
    autoPromotionEnabled,
    autoPromotionHolds,
    effectiveAutoPromotionHolds,
  } = stage.status ?? {};
  if (!autoPromotionEnabled) {
    return 'off';
  }
  const holds = effectiveAutoPromotionHolds ?? autoPromotionHolds ?? {};
  return Object.keys(holds).length > 0 ? 'held' : 'on';
}

/** Freight that a Stage holds, in the order in which it asks for it. */
export function heldFreight(
  stage: Stage,
  freight: FreightByName,
): HeldFreight[] {
  const items = currentFreight(stage)?.items ?? {};
  return stage.spec.requestedFreight
    .map(request => items[originKey(request.origin)])
    .filter((reference): reference is FreightReference => Boolean(reference))
    .map(reference => {
      const since = freight.get(reference.name)?.status?.currentlyIn?.[
        stage.metadata.name
      ]?.since;
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

function hasReconcileError(stage: Stage): boolean {
  const ready = findCondition(stage.status, 'Ready');
  return ready?.status === 'False' && ready.reason === 'ReconcileError';
}
