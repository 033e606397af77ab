import type { AnyStep, StepCapability } from 'backstage-plugin-kargo-node';
import { textsIn } from '../admission/textsIn';
import { Slices } from '../slices';
import { outputsRead } from './outputsRead';
import { workspaceUse } from './planReplay';

/** Capabilities of which a dry run can tell looking from acting, and lets only the first. */
const OBSERVABLE: ReadonlySet<StepCapability> = new Set([
  'credentials',
  'files',
  'http',
  'secrets',
]);

/**
 * Whether a dry run runs a step: one that fills the Promotion's folder, which by its own
 * declaration may be repeated, or one that can be watched while it acts.
 *
 * @remarks
 * What reads the folder or leaves it alone and has more at hand is there to act on the world:
 * a push, a pull request, a sync. One that acts by clients of its own says so.
 */
export function isRunDry(
  step: Pick<AnyStep, 'needs' | 'workspace' | 'dryRun'>,
): boolean {
  return (
    step.dryRun !== 'skip' &&
    (workspaceUse(step) === 'writes' ||
      (step.needs ?? []).every(need => OBSERVABLE.has(need)))
  );
}

/**
 * One of the outputs of these names that an expression somewhere in a part of a step reads, by
 * the name that expressions have for it: the alias of its step, or that of its task. One that
 * reads outputs without naming them literally may read the first.
 *
 * @param part - its condition, its configuration, …, as they are written
 */
export function* findReadOutput(
  part: unknown,
  names: readonly string[],
): Slices<string | undefined> {
  if (names.length === 0) {
    return undefined;
  }
  for (const { text } of textsIn(part)) {
    for (const [output = names[0]] of yield* outputsRead(text)) {
      if (names.includes(output)) {
        return output;
      }
    }
    yield;
  }
  return undefined;
}
