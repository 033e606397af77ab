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

/** Whether nobody notices that a step is repeated: it cannot act, nor does it by a client of its own. */
export function onlyComputes({
  needs = [],
  dryRun,
}: Pick<AnyStep, 'needs' | 'dryRun'>): boolean {
  return needs.length === 0 && dryRun !== 'skip';
}

/**
 * Whether all that a step changes is the Promotion's folder, so that it may be repeated
 * in another one.
 */
function onlyFillsFolder(step: Pick<AnyStep, 'workspace' | 'dryRun'>): boolean {
  return workspaceUse(step) === 'writes' && step.dryRun !== 'skip';
}

/**
 * Whether the step at `index` may leave the folder ahead of what is written: it only fills
 * it, and nobody outside has been told yet of what the steps before came to. Once one
 * has acted on the world, they must not come to something else.
 */
export function mayRunAhead(
  steps: readonly PromotionStep[],
  recorded: readonly StepExecutionMetadata[],
  index: number,
  runners: ReadonlyMap<string, AnyStep>,
): boolean {
  const runnerAt = (at: number) => runners.get(steps[at]?.uses ?? '');
  const runner = runnerAt(index);
  const hasActed = recorded.slice(0, index).some((entry, at) => {
    const earlier = runnerAt(at);
    const hasRun = entry?.startedAt !== undefined;
    const isHarmless =
      earlier && (onlyComputes(earlier) || onlyFillsFolder(earlier));
    return hasRun && !isHarmless;
  });
  return runner !== undefined && onlyFillsFolder(runner) && !hasActed;
}

/** Whether files are only ever asked for by steps: a program finds what is there, and asks nobody. */
export function startsNoProgram(
  steps: readonly PromotionStep[],
  runners: ReadonlyMap<string, Pick<AnyStep, 'needs'>>,
): boolean {
  return steps.every(
    ({ uses = '' }) => !runners.get(uses)?.needs?.includes('programs'),
  );
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
    return runner && hasRun && workspaceUse(runner) === 'writes' ? [index] : [];
  });
}
