import {
  comparePromotions,
  isPromotionTerminal,
  Promotion,
  PromotionStatus,
  Reason,
  Stage,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { mustVerifyFirst } from '../stage/followPromotions';
import { abortRequest } from './startPromotion';

/**
 * What a Promotion waits for, or what it is doing.
 *
 * @param stage - absent when it is gone
 * @param queue - Promotions of the Stage that have not ended; others may be among them
 */
export function explainPromotion(
  promotion: Promotion,
  stage: Stage | undefined,
  queue: Promotion[],
): Reason[] {
  const { status = {} } = promotion;
  if (isPromotionTerminal(status.phase)) {
    return [
      {
        code: 'ended',
        phase: status.phase!,
        ...(status.message && { error: status.message }),
      },
    ];
  }
  const abort = abortRequest(promotion);
  const reasons: Reason[] = abort
    ? [{ code: 'abort-requested', ...abort }]
    : [];
  if (!stage) {
    return [...reasons, { code: 'stage-gone', stage: promotion.spec.stage }];
  }
  const isAcknowledged =
    stage.status?.currentPromotion?.name === promotion.metadata.name;
  return [
    ...reasons,
    isAcknowledged
      ? explainStep(promotion, stage)
      : explainQueue(promotion, stage, queue),
  ];
}

function explainQueue(
  promotion: Promotion,
  stage: Stage,
  queue: Promotion[],
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

function explainStep({ spec, status = {} }: Promotion, stage: Stage): Reason {
  const steps = spec.steps ?? [];
  const index = status.currentStep ?? 0;
  const step = steps.at(index);
  if (status.phase !== 'Running' || !step) {
    return { code: 'not-acknowledged', stage: stage.metadata.name };
  }
  const entry = status.stepExecutionMetadata?.[index];
  const about = {
    step: step.as || step.uses || `step-${index + 1}`,
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
