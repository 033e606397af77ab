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
  /** Variables among `vars` that are texts even if they look like a number. */
  textVariables?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** The templates of one document with their variables, evaluated at one instant. */
export class Evaluation {
  static create(input: EvaluationInput): Evaluation {
    const { functions, env, scope, nowMs, textVariables = NONE } = input;
    const options = { now: new Date(nowMs), host: scope };
    const budget = { left: MAX_RENDERED_LENGTH };
    return new Evaluation(functions, env, options, budget, textVariables);
  }

  private constructor(
    readonly functions: FunctionSet,
    private readonly env: ValueMap,
    private readonly options: RunOptions,
    private readonly budget: { left: number },
    readonly textVariables: ReadonlySet<string>,
  ) {}

  /** The same evaluation with another environment; what it may render is shared. */
  with(
    functions: FunctionSet,
    env: ValueMap,
    textVariables = this.textVariables,
  ): Evaluation {
    const { options, budget } = this;
    return new Evaluation(functions, env, options, budget, textVariables);
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
