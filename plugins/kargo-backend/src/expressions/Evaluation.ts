import {
  Limits,
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
  /** What each expression may use, where it is not the default. */
  limits?: Partial<Limits>;
  /** Variables among `vars` that are texts even if they look like a number. */
  textVariables?: ReadonlySet<string>;
}

/** What evaluations with other environments have together. */
interface Shared {
  /** How much text may still be rendered, in UTF-16 units. */
  renderable: number;
  readonly missing: Set<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** The templates of one document with their variables, evaluated at one instant. */
export class Evaluation {
  static create(input: EvaluationInput): Evaluation {
    const { functions, env, scope, nowMs, limits } = input;
    const { textVariables = NONE } = input;
    const missing = new Set<string>();
    const host: HostScope = {
      ...scope,
      tellMissing: sentence => missing.add(sentence),
    };
    return new Evaluation(
      functions,
      env,
      { now: new Date(nowMs), host, ...(limits && { limits }) },
      { renderable: MAX_RENDERED_LENGTH, missing },
      textVariables,
    );
  }

  private constructor(
    readonly functions: FunctionSet,
    private readonly env: ValueMap,
    private readonly options: RunOptions,
    private readonly shared: Shared,
    readonly textVariables: ReadonlySet<string>,
  ) {}

  /** The same evaluation with another environment; what it may render and what is missing is shared. */
  with(
    functions: FunctionSet,
    env: ValueMap,
    textVariables = this.textVariables,
  ): Evaluation {
    const { options, shared } = this;
    return new Evaluation(functions, env, options, shared, textVariables);
  }

  /** Sentences on what the last program looked for in vain. */
  get missing(): ReadonlySet<string> {
    return this.shared.missing;
  }

  run(program: Program): Value {
    this.shared.missing.clear();
    return program.run(this.env, this.options);
  }

  /** @throws TemplateError when the evaluation renders too much text. */
  charge(text: string): string {
    this.shared.renderable -= text.length;
    if (this.shared.renderable < 0) {
      throw new TemplateError('template', 'the rendered text is too long');
    }
    return text;
  }
}
