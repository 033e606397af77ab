import {
  durationToMilliseconds,
  PromotionStep,
} from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { StepLimits } from '../../logic/promotion/decideNext';

/** Attempts of a step that met a fault which usually passes, when the manifest says nothing. */
export const TRANSIENT_ERROR_THRESHOLD = 5;

/** How often and how long a step may be tried: as its manifest says, else as its kind does. */
export function limitsOf(
  step: PromotionStep,
  runner: AnyStep,
  isTransient: boolean,
): StepLimits {
  const given = step.retry?.errorThreshold;
  const threshold = given || runner.defaults?.errorThreshold || undefined;
  const timeout = step.retry?.timeout;
  return {
    errorThreshold: threshold ?? (isTransient ? TRANSIENT_ERROR_THRESHOLD : 1),
    timeoutMs:
      timeout === undefined
        ? runner.defaults?.timeoutMs
        : durationToMillisecondsOrZero(timeout),
  };
}

function durationToMillisecondsOrZero(text: string): number {
  return text === '0' ? 0 : durationToMilliseconds(text);
}
