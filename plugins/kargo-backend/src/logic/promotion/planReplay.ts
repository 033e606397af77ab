import {
  PromotionStep,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import type {
  AnyStep,
  StepCapability,
  WorkspaceUse,
} from 'backstage-plugin-kargo-node';

const REACHING: readonly StepCapability[] = ['files', 'git', 'oci', 'programs'];

/** What a step has to do with the Promotion's folder, if it does not say so itself. */
export function workspaceUse({
  workspace,
  needs = [],
}: Pick<AnyStep, 'workspace' | 'needs'>): WorkspaceUse {
  const canWrite = needs.some(capability => REACHING.includes(capability));
  return workspace ?? (canWrite ? 'writes' : 'none');
}

/**
 * Which of the steps before `start` have to be repeated in an empty folder, by their
 * position, so that the one at `start` finds what it found before.
 *
 * @remarks
 * A step that was skipped by its condition left nothing, and neither did, as far as
 * anybody may rely on it, one that failed and was allowed to.
 */
export function planReplay(
  steps: readonly PromotionStep[],
  recorded: readonly StepExecutionMetadata[],
  start: number,
  runners: ReadonlyMap<string, AnyStep>,
): number[] {
  return steps.slice(0, start).flatMap((step, index) => {
    const runner = runners.get(step.uses ?? '');
    const { startedAt, status } = recorded[index] ?? {};
    const hasRun =
      startedAt !== undefined &&
      (status === 'Succeeded' || status === 'Skipped');
    return runner && hasRun && workspaceUse(runner) === 'writes' ? [index] : [];
  });
}
