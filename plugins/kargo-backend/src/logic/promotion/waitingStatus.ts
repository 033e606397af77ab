import {
  JsonObject,
  Promotion,
  PromotionStatus,
} from 'backstage-plugin-kargo-common';
import { isObject } from '../isObject';
import { shortenText } from '../shortenText';

/**
 * What a Stage remembers of the Promotion that runs there while a step waits for something
 * outside: the step, why, and the pull request it is about. Nothing while no step waits.
 *
 * @remarks
 * Part of a Promotion's own status, in its shape, so that Kargo's clients read it too. When
 * the step looks again is left out: it changes with every look, and the Stage would be
 * written as often.
 */
export function waitingStatus({
  status = {},
}: Promotion): PromotionStatus | undefined {
  const { phase, currentStep = 0, stepExecutionMetadata = [] } = status;
  const entry = stepExecutionMetadata.at(currentStep);
  if (phase !== 'Running' || entry?.status !== 'Running' || !entry.message) {
    return undefined;
  }
  const { alias, message, startedAt } = entry;
  const pullRequest = pullRequestOf(status.state?.[alias]);
  return {
    phase,
    currentStep,
    stepExecutionMetadata: [
      {
        alias,
        status: 'Running',
        message: shortenText(message),
        ...(startedAt && { startedAt }),
      },
    ],
    ...(pullRequest && { state: { [alias]: { pr: pullRequest } } }),
  };
}

/** An output is foreign: of a pull request no more is taken than what it is known by. */
function pullRequestOf(output: unknown): JsonObject | undefined {
  const told = isObject(output) ? output.pr : undefined;
  if (!isObject(told)) {
    return undefined;
  }
  const { id, url, open } = told;
  return typeof id === 'number' && typeof url === 'string'
    ? { id, url, ...(typeof open === 'boolean' && { open }) }
    : undefined;
}
