import { StepBudget } from 'backstage-plugin-kargo-expr';

/** Steps that the expressions of one attempt may take together, those of its outputs included. */
const MAX_STEPS = 20_000_000;

/** What all expressions that a step evaluates itself may take in one attempt. */
export function outputsBudget(): StepBudget {
  return new StepBudget(MAX_STEPS);
}
