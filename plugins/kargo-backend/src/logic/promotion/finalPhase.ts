import {
  PromotionPhase,
  PromotionStep,
  StepExecutionMetadata,
  StepStatus,
} from 'backstage-plugin-kargo-common';

const SEVERITY: Record<StepStatus, number> = {
  Succeeded: 0,
  Skipped: 1,
  Running: 2,
  Aborted: 3,
  Failed: 4,
  Errored: 5,
};

/**
 * Phase of a Promotion whose steps have all been looked at: the worst status among steps
 * without `continueOnError`; the first with that status gives the message.
 */
export function finalPhase(
  steps: readonly PromotionStep[],
  metadata: StepExecutionMetadata[],
): { phase: PromotionPhase; message?: string } {
  const worst = metadata
    .filter(
      (entry, index) =>
        !(entry.continueOnError ?? steps[index]?.continueOnError),
    )
    .reduce<StepExecutionMetadata | undefined>(
      (found, entry) => (severity(entry) > severity(found) ? entry : found),
      undefined,
    );
  const message = worst?.message;
  switch (worst?.status ?? (worst ? 'Errored' : 'Succeeded')) {
    case 'Succeeded':
    case 'Skipped':
      return { phase: 'Succeeded' };
    case 'Aborted':
      return { phase: 'Aborted', message };
    case 'Failed':
      return { phase: 'Failed', message };
    default:
      return { phase: 'Errored', message };
  }
}

function severity(entry: StepExecutionMetadata | undefined): number {
  if (!entry) {
    return -1;
  }
  return entry.status ? SEVERITY[entry.status] : SEVERITY.Errored;
}

/** Whether a step without `if` is skipped: an earlier step failed and did not allow it. */
export function hasEarlierFailure(metadata: StepExecutionMetadata[]): boolean {
  return metadata.some(
    entry =>
      !entry.continueOnError &&
      (entry.status === 'Errored' || entry.status === 'Failed'),
  );
}
