import {
  compile,
  Node,
  Program,
  StepBudget,
} from 'backstage-plugin-kargo-expr';
import { childrenOf } from './childrenOf';
import { chargedCompile, MAX_STEPS } from './Evaluation';
import { FunctionSet } from './functionSets';
import { templateOf } from './template';
import { TemplateError } from './TemplateError';

/**
 * Why a template cannot be rendered, whatever its expressions see; `undefined` where that
 * depends on what they see. Each expression is a step, or several.
 */
export function* templateProblem(
  source: string,
  functions: FunctionSet,
): Generator<undefined, string | undefined, undefined> {
  const budget = new StepBudget(MAX_STEPS);
  const compiling = templateOf(source, {
    functions,
    compile: expression =>
      chargedCompile(budget, () =>
        compile(expression, { functions: functions.declarations }),
      ),
    isTurnDue: () => true,
  });
  try {
    let step = compiling.next();
    for (; !step.done; step = compiling.next()) yield;
    for (const part of step.value) {
      const unknown = part instanceof Program && unknownCall(part, functions);
      if (unknown) {
        return `there is no function "${unknown}" here`;
      }
      yield;
    }
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) {
      return error.message;
    }
    throw error;
  }
}

/** The name of a function that an expression calls and nobody has: no variable is one. */
function unknownCall(
  { ast }: Program,
  { declarations }: FunctionSet,
): string | undefined {
  const nodes: Node[] = [ast.root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.kind === 'call' && node.callee.kind === 'name') {
      const { name } = node.callee;
      if (!declarations.some(declaration => declaration.name === name)) {
        return name;
      }
    }
    nodes.push(...childrenOf(node));
  }
  return undefined;
}
