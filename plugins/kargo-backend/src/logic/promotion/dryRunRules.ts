import type { AnyStep, StepCapability } from 'backstage-plugin-kargo-node';
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

/** Outputs as a whole, or one whose name is only known once it is evaluated. */
const UNNAMED_OUTPUT = /\boutputs\b(?!\s*(?:\??\.\s*\w|(?:\?\.)?\[\s*[\\"'`]))/;

/**
 * Whether an expression somewhere in a part of a step reads the output of another one, by the
 * name that expressions have for that: the other's alias, or that of its task. One that reads
 * outputs without naming them literally may.
 *
 * @param part - its condition, its configuration, …, as they are written
 */
export function readsOutput(part: unknown, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const access = new RegExp(
    String.raw`\boutputs\s*(?:\??\.\s*|(?:\?\.)?\[[\s\\"'\`]*)${escaped}(?![\w-])`,
  );
  const text = JSON.stringify(part) ?? '';
  const expressions = text.match(/\$\{(?:\{.*?\}|%.*?%)\}/g) ?? [];
  return (
    access.test(text) || expressions.some(each => UNNAMED_OUTPUT.test(each))
  );
}
