import {
  compile,
  CompileOptions,
  isExpressionError,
} from 'backstage-plugin-kargo-expr';
import { CRITERIA_FUNCTIONS } from './functionSets';
import { unknownCall } from './unknownCall';

/** Why Freight creation criteria can never be evaluated, whatever is discovered; nothing else. */
export function criteriaProblem(expression: string): string | undefined {
  const { declarations: functions } = CRITERIA_FUNCTIONS;
  return problemOf(expression.trim(), { functions, variables: new Map() });
}

/** Why an `expressionFilter` can never be evaluated, whatever the commit; nothing else. */
export function commitFilterProblem(expression: string): string | undefined {
  // A name that it does not know is nil.
  return problemOf(expression, {});
}

function problemOf(
  expression: string,
  options: CompileOptions,
): string | undefined {
  try {
    const unknown = unknownCall(
      compile(expression, options),
      options.functions ?? [],
    );
    return unknown && `there is no function "${unknown}" here`;
  } catch (error) {
    if (isExpressionError(error)) {
      return error.message;
    }
    throw error;
  }
}
