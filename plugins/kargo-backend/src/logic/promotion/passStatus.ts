import {
  Freight,
  FreightCollection,
  freightReference,
  PromotionStatus,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { shortenText } from '../shortenText';

/** What a pass begins with. */
export interface PassStart {
  freight: Freight;
  /** All that the Stage will hold. */
  collection: FreightCollection;
  /** Names the folders of the steps, if they are as the status tells and stay so until more is written. */
  workspace: string | undefined;
  now: string;
  /** The request that this pass answers. */
  refresh?: string | undefined;
}

/** The status with which a pass begins. */
export function runningStatus(
  status: PromotionStatus,
  { freight, collection, workspace, now, refresh }: PassStart,
): PromotionStatus {
  return {
    ...status,
    phase: 'Running',
    startedAt: status.startedAt ?? now,
    workspace,
    freight: freightReference(freight),
    freightCollection: collection,
    message: undefined,
    nextCheckAt: undefined,
    ...(isCutOff(status) && interruption(status)),
    ...(refresh && { lastHandledRefresh: refresh }),
  };
}

/** Whether the last pass ended without a word, as it does in a crash: one that waits says for how long. */
function isCutOff({ phase, nextCheckAt }: PromotionStatus): boolean {
  return phase === 'Running' && nextCheckAt === undefined;
}

/** The step at which a pass was cut off may have acted; it is remembered until it has ended, however often it waits. */
function interruption(
  status: PromotionStatus,
): Pick<PromotionStatus, 'untriedStep' | 'interruptedStep'> {
  const { currentStep = 0, stepExecutionMetadata = [] } = status;
  const isKnown = stepExecutionMetadata[currentStep]?.startedAt !== undefined;
  return {
    untriedStep: undefined,
    ...(!isKnown && { interruptedStep: currentStep }),
  };
}

/** How a Promotion ends that somebody aborted, whatever it had come to. */
export function abortedStatus(
  status: PromotionStatus,
  actor: string,
  finishedAt: string,
): PromotionStatus {
  return {
    ...withRunningEnded(status, { status: 'Aborted', finishedAt }),
    phase: 'Aborted',
    message: `Promotion terminated by ${actor}`,
    nextCheckAt: undefined,
    finishedAt,
  };
}

/** Characters that are kept of what a step said in a status that there is no room for. */
const KEPT_OF_MESSAGE = 1024;

/**
 * How a Promotion ends that there is no room for: without the outputs, which are what fills it.
 *
 * @param status - what there was room for
 * @param refused - what there was none for: its record of the steps is kept, with the
 * beginnings of what they said
 */
export function overfullStatus(
  status: PromotionStatus,
  message: string,
  finishedAt: string,
  refused: PromotionStatus = status,
): PromotionStatus {
  const { stepExecutionMetadata, currentStep } = refused;
  const recorded = {
    ...status,
    ...(stepExecutionMetadata && {
      stepExecutionMetadata: stepExecutionMetadata.map(withShortMessage),
    }),
    ...(currentStep !== undefined && { currentStep }),
  };
  return {
    ...withRunningEnded(recorded, { status: 'Errored', finishedAt }),
    phase: 'Errored',
    message,
    state: undefined,
    nextCheckAt: undefined,
    finishedAt,
  };
}

function withShortMessage(entry: StepExecutionMetadata): StepExecutionMetadata {
  return entry?.message === undefined
    ? entry
    : { ...entry, message: shortenText(entry.message, KEPT_OF_MESSAGE) };
}

/** How a Promotion ends whose steps cannot be told what earlier ones have come to. */
export function unreadableStatus(
  status: PromotionStatus,
  message: string,
  finishedAt: string,
): PromotionStatus {
  return {
    ...withRunningEnded(status, { status: 'Errored', message, finishedAt }),
    phase: 'Errored',
    message,
    nextCheckAt: undefined,
    finishedAt,
  };
}

/** The step that runs ends, too. */
function withRunningEnded(
  status: PromotionStatus,
  end: Partial<StepExecutionMetadata>,
): PromotionStatus {
  return {
    ...status,
    stepExecutionMetadata: status.stepExecutionMetadata?.map(entry =>
      entry.status === 'Running' ? { ...entry, ...end } : entry,
    ),
  };
}
