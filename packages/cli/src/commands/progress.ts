import { Promotion } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { formatAge } from '../output/formatAge';

/**
 * Tells somebody at a terminal where Promotions are, one line whenever that changes; a program
 * that reads along is told nothing.
 */
export function createProgress(
  context: Pick<CliContext, 'isTerminal' | 'now' | 'writeError'>,
): (promotion: Promotion) => void {
  const began = context.now().toISOString();
  const told = new Map<string, string>();
  return promotion => {
    const { name } = promotion.metadata;
    const text = describeProgress(promotion);
    if (!context.isTerminal || told.get(name) === text) {
      return;
    }
    told.set(name, text);
    context.writeError(
      `${name}: ${text}, after ${formatAge(began, context.now())}\n`,
    );
  };
}

/** The step that a Promotion is at and what that says, or its phase. */
function describeProgress({ spec, status }: Promotion): string {
  const { phase = 'Pending', currentStep = 0 } = status ?? {};
  const step = spec.steps?.[currentStep];
  if (phase !== 'Running' || !step) {
    return phase || 'Pending';
  }
  const { message } = status?.stepExecutionMetadata?.[currentStep] ?? {};
  const place = `step ${currentStep + 1} of ${spec.steps?.length}`;
  const words = [`${place} (${step.as ?? step.uses})`, message?.split('\n')[0]];
  return words.filter(Boolean).join(': ');
}
