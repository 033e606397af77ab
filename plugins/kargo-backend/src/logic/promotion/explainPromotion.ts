import {
  comparePromotions,
  isPromotionTerminal,
  Promotion,
  PromotionStatus,
  Reason,
  Stage,
  StepExecutionMetadata,
  stepTitle,
} from 'backstage-plugin-kargo-common';
import { mustVerifyFirst } from '../stage/followPromotions';
import { PromotionChoice, PromotionSnapshot } from './PromotionSnapshot';

/**
 * The reasons of a decision: what a Promotion waits for, or what it is doing.
 */
export function explainPromotion(
  snapshot: PromotionSnapshot,
  choice: PromotionChoice,
): Reason[] {
  const { promotion, stage } = snapshot;
  switch (choice.kind) {
    case 'ended':
      return [explainEnd(promotion)];
    case 'abort':
      return [
        {
          code: 'abort-requested',
          ...(choice.actor && { actor: choice.actor }),
        },
        ...explainAborted(snapshot),
      ];
    case 'refuse':
      return [choice.why];
    case 'wait':
      return stage ? [explainQueue(promotion, stage, snapshot.queue)] : [];
    default:
      return [explainStep(promotion, choice.stage)];
  }
}

function explainEnd({ status = {} }: Promotion): Reason {
  return {
    code: 'ended',
    phase: status.phase ?? '',
    ...(status.message && { error: status.message }),
  };
}

/** Where the abort finds it: in a step, or not begun. */
function explainAborted({ promotion, stage }: PromotionSnapshot): Reason[] {
  if (!stage) {
    return [{ code: 'stage-gone', stage: promotion.spec.stage }];
  }
  return promotion.status?.phase === 'Running'
    ? [explainStep(promotion, stage)]
    : [];
}

function explainQueue(
  promotion: Promotion,
  stage: Stage,
  queue: readonly Promotion[],
): Reason {
  const name = stage.metadata.name;
  const waiting = queue
    .filter(({ status }) => !isPromotionTerminal(status?.phase))
    .sort(comparePromotions);
  const place = waiting.findIndex(
    ({ metadata }) => metadata.name === promotion.metadata.name,
  );
  if (place > 0) {
    return {
      code: 'queued',
      stage: name,
      position: place + 1,
      before: waiting[place - 1].metadata.name,
    };
  }
  return mustVerifyFirst(stage.status ?? {})
    ? {
        code: 'verification-first',
        stage: name,
        promotion: promotion.metadata.name,
        waiting: Math.max(waiting.length, 1),
      }
    : { code: 'not-acknowledged', stage: name };
}

/** What the step does that a Promotion has come to. */
export function explainStep(
  { spec, status = {} }: Promotion,
  stage: Stage,
): Reason {
  const steps = spec.steps ?? [];
  const index = status.currentStep ?? 0;
  const step = steps.at(index);
  if (status.phase !== 'Running' || !step) {
    return { code: 'not-acknowledged', stage: stage.metadata.name };
  }
  const entry = status.stepExecutionMetadata?.[index];
  const about = {
    step: stepTitle({
      alias: step.as || `step-${index + 1}`,
      uses: step.uses ?? '',
    }),
    number: index + 1,
    of: steps.length,
  };
  return entry && status.nextCheckAt
    ? explainPause(about, entry, status, step.retry?.errorThreshold)
    : { code: 'step-running', ...about };
}

function explainPause(
  about: { step: string; number: number; of: number },
  entry: StepExecutionMetadata,
  { nextCheckAt }: PromotionStatus,
  attempts: number | undefined,
): Reason {
  const isRetry = entry.status === 'Errored' || entry.status === 'Failed';
  const next = nextCheckAt && { nextCheckAt };
  return isRetry && entry.errorCount
    ? {
        code: 'step-retrying',
        ...about,
        attempt: entry.errorCount + 1,
        ...(attempts && { attempts }),
        error: entry.message ?? '',
        ...next,
      }
    : {
        code: 'step-waiting',
        ...about,
        ...(entry.message && { note: entry.message }),
        ...next,
      };
}
