import { PromotionStep } from 'backstage-plugin-kargo-common';
import { Slices } from '../../slices';
import { isRepeated, Path, Report } from './report';

const RESERVED_ALIAS = /^(step|task)-\d+$/;
const FORBIDDEN_BESIDE_TASK = [
  'continueOnError',
  'retry',
  'unmasked',
  'if',
  'config',
] as const;

export function* checkSteps(
  steps: PromotionStep[],
  path: Path,
  report: Report,
): Slices<void> {
  const aliases = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const alias = step.as?.trim();
    if (!step.uses === !step.task) {
      report([...path, index], 'exactly one of "uses" and "task"');
    }
    if (alias && RESERVED_ALIAS.test(alias)) {
      report(
        [...path, index, 'as'],
        'an alias that is not reserved (step-<n>, task-<n>)',
      );
    }
    if (alias && isRepeated(alias, aliases)) {
      report([...path, index, 'as'], 'an alias that is unique among the steps');
    }
    for (const field of FORBIDDEN_BESIDE_TASK) {
      if (step.task && step[field] !== undefined) {
        report([...path, index, field], 'nothing: a task step cannot have it');
      }
    }
    yield;
  }
}
