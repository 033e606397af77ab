import {
  Program,
  RunOptions,
  Value,
  ValueMap,
} from 'backstage-plugin-kargo-expr';
import { FunctionSet } from './functionSets';
import { HostScope } from './HostScope';
import { TemplateError } from './TemplateError';

/** Most text that one evaluation may render, in UTF-16 units. */
const MAX_RENDERED_LENGTH = 10_000_000;

/** What an evaluation sees and may use. */
export interface EvaluationInput {
  functions: FunctionSet;
  env: ValueMap;
  scope: HostScope;
  /** Epoch milliseconds for `now()`. */
  nowMs: number;
}

/** The templates of one document with their variables, evaluated at one instant. */
export class Evaluation {
  static create({ functions, env, scope, nowMs }: EvaluationInput): Evaluation {
    const options = { now: new Date(nowMs), host: scope };
    return new Evaluation(functions, env, options, {
      left: MAX_RENDERED_LENGTH,
    });
  }

  private constructor(
    readonly functions: FunctionSet,
    private readonly env: ValueMap,
    private readonly options: RunOptions,
    private readonly budget: { left: number },
  ) {}

  /** The same evaluation with another environment; what it may render is shared. */
  with(functions: FunctionSet, env: ValueMap): Evaluation {
    return new Evaluation(functions, env, this.options, this.budget);
  }

  run(program: Program): Value {
    return program.run(this.env, this.options);
  }

  /** @throws TemplateError when the evaluation renders too much text. */
  charge(text: string): string {
    this.budget.left -= text.length;
    if (this.budget.left < 0) {
      throw new TemplateError('template', 'the rendered text is too long');
    }
    return text;
  }
}
