import { PromotionStep } from 'backstage-plugin-kargo-common';
import { Slices } from '../../slices';
import { checkSteps } from './checkSteps';
import { Report } from './report';

export function* checkTask(
  spec: { steps: PromotionStep[] },
  report: Report,
): Slices<void> {
  yield* checkSteps(spec.steps, ['spec', 'steps'], report);
  spec.steps.forEach((step, index) => {
    if (step.task) {
      report(
        ['spec', 'steps', index, 'task'],
        '"uses": tasks cannot be nested',
      );
    }
  });
}
