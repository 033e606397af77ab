import {
  PromotionStep,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import type { AnyStep, WorkspaceUse } from 'backstage-plugin-kargo-node';

/** What a step has to do with the Promotion's folder; one that cannot reach it may say nothing. */
export function workspaceUse({
  workspace,
}: Pick<AnyStep, 'workspace'>): WorkspaceUse {
  return workspace ?? 'none';
}

/**
 * Whether all that a step changes is the Promotion's folder, so that it may be repeated
 * in another one.
 */
export function onlyFillsFolder(step: Pick<AnyStep, 'workspace'>): boolean {
  return workspaceUse(step) === 'writes';
}

/** Whether a step may change something that outlasts the Promotion. */
export function mayActOnWorld(
  step: Pick<AnyStep, 'needs' | 'workspace'>,
): boolean {
  return (step.needs ?? []).length > 0 && !onlyFillsFolder(step);
}

/** Whether a step finds its folder filled: by its kind, and by what is configured of it. */
export function needsFolder(
  runner: Pick<AnyStep, 'workspace' | 'readsBy'>,
  { config = {} }: Pick<PromotionStep, 'config'>,
): boolean {
  const { readsBy } = runner;
  return (
    workspaceUse(runner) !== 'none' &&
    (readsBy === undefined ||
      readsBy.some(field => Object.hasOwn(config, field)))
  );
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
    return runner && hasRun && onlyFillsFolder(runner) ? [index] : [];
  });
}
