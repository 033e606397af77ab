import {
  encodeJson,
  Limits,
  Program,
  RunOptions,
  StepBudget,
  Value,
  ValueMap,
} from 'backstage-plugin-kargo-expr';
import { FunctionSet } from './functionSets';
import { HostScope } from './HostScope';
import { IsText } from './knownTexts';
import { LookupNeeded } from './lookups';
import { TemplateError } from './TemplateError';

/** Most text that one evaluation may render, in UTF-16 units. */
const MAX_RENDERED_LENGTH = 10_000_000;

/** Steps that all expressions of an evaluation may take together. */
export const MAX_STEPS = 20_000_000;

/**
 * Steps of one expression, which runs in one turn: a fifth of a second at most. They are enough
 * to make the largest list that the memory has room for, and to go through it.
 */
const MAX_EXPRESSION_STEPS = 2_000_000;

/** Steps after which others get a turn: ten milliseconds at most, but for a single expression. */
const STEPS_PER_TURN = 100_000;

/** Steps that a part of a template costs beside what it comes to. */
const STEPS_PER_PART = 10;

/** What an evaluation sees and may use. */
export interface EvaluationInput {
  functions: FunctionSet;
  env: ValueMap;
  scope: HostScope;
  /** Epoch milliseconds for `now()`. */
  nowMs: number;
  /** What each expression may use, where it is not the default. */
  limits?: Partial<Limits>;
  /** What all expressions may take, together with other evaluations of the same request. */
  budget?: StepBudget;
  /** Variables among `vars` that are texts even if they look like a number. */
  textVariables?: ReadonlySet<string>;
  /** What else is a text likewise; nothing unless told. */
  isText?: IsText;
}

/** What evaluations with other environments have together. */
interface Shared {
  /** How much text may still be rendered, in UTF-16 units. */
  renderable: number;
  readonly budget: StepBudget;
  /** Steps that were taken when others had their last turn. */
  turnAt: number;
  readonly missing: Set<string>;
  readonly isText: IsText;
}

const NONE: ReadonlySet<string> = new Set();

/** The templates of one document with their variables, evaluated at one instant. */
export class Evaluation {
  static create(input: EvaluationInput): Evaluation {
    const { functions, env, scope, nowMs } = input;
    const limits = { steps: MAX_EXPRESSION_STEPS, ...input.limits };
    const { textVariables = NONE, isText = () => false } = input;
    const { budget = new StepBudget(MAX_STEPS) } = input;
    const missing = new Set<string>();
    const host: HostScope = {
      ...scope,
      tellMissing: sentence => missing.add(sentence),
    };
    return new Evaluation(
      functions,
      env,
      { now: new Date(nowMs), host, budget, limits },
      {
        renderable: MAX_RENDERED_LENGTH,
        budget,
        turnAt: budget.used,
        missing,
        isText,
      },
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

  /** The same evaluation with another environment; what it may take and what is missing is shared. */
  with(
    functions: FunctionSet,
    env: ValueMap,
    textVariables = this.textVariables,
  ): Evaluation {
    const { options, shared } = this;
    return new Evaluation(functions, env, options, shared, textVariables);
  }

  get isText(): IsText {
    return this.shared.isText;
  }

  /** Sentences on what the last program looked for in vain. */
  get missing(): ReadonlySet<string> {
    return this.shared.missing;
  }

  /** What a program comes to, or what has to be looked up before it is run again. */
  run(program: Program): Value | LookupNeeded {
    this.shared.missing.clear();
    try {
      return program.run(this.env, this.options);
    } catch (error) {
      if (error instanceof LookupNeeded) {
        return error;
      }
      throw error;
    }
  }

  /** @throws ExpressionError when the value has no JSON form, or all takes too many steps. */
  print(value: Value): string {
    return typeof value === 'string'
      ? value
      : encodeJson(value, { steps: this.shared.budget });
  }

  /** @throws ExpressionError when all takes too many steps */
  chargeCompiling({ compileSteps }: Program): void {
    this.shared.budget.step(compileSteps);
  }

  /** @throws TemplateError when the evaluation renders too much text. */
  charge(text: string): string {
    this.shared.renderable -= text.length;
    if (this.shared.renderable < 0) {
      throw new TemplateError('template', 'the rendered text is too long');
    }
    // What is rendered is read again, maybe as JSON.
    this.shared.budget.charge(STEPS_PER_PART + text.length / 8);
    return text;
  }

  /** Whether it has been a while since others could go on; told once. */
  isTurnDue(): boolean {
    const { shared } = this;
    const isDue = shared.budget.used - shared.turnAt >= STEPS_PER_TURN;
    if (isDue) {
      shared.turnAt = shared.budget.used;
    }
    return isDue;
  }
}
