import {
  compile,
  encodeJsonInSlices,
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
import { Paced, TURN } from './Paced';
import { TemplateError } from './TemplateError';

/** Most text that one evaluation may render, in UTF-16 units. */
const MAX_RENDERED_LENGTH = 10_000_000;

/** Steps that all expressions of an evaluation may take together. */
export const MAX_STEPS = 20_000_000;

/**
 * Steps of one expression, which runs in one turn: mostly a few milliseconds, and 40 at worst.
 * They are enough to filter all that a Promotion can hold, and to sort ten thousand texts.
 */
const MAX_EXPRESSION_STEPS = 500_000;

/** Steps after which others may want a turn: a few milliseconds, but for a single expression. */
const STEPS_PER_TURN = 50_000;

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

/** @throws ExpressionError of what compiles, also when all takes too many steps */
export function chargedCompile(
  budget: StepBudget,
  compileIt: () => Program,
): Program {
  // Where nothing is left nothing more is compiled.
  budget.step(0);
  const program = compileIt();
  budget.step(program.compileSteps);
  return program;
}

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

  /**
   * What a value that is no text looks like in one.
   *
   * @throws ExpressionError when the value has no JSON form, or all takes too many steps.
   */
  *print(value: Value): Paced<string> {
    const { budget } = this.shared;
    const writing = encodeJsonInSlices(value, { steps: budget });
    for (;;) {
      const slice = writing.next();
      if (slice.done) {
        return slice.value;
      }
      if (this.isTurnDue()) yield TURN;
    }
  }

  /**
   * Compiles an expression that is new.
   *
   * @throws ExpressionError, also when all takes too many steps
   */
  compile(expression: string): Program {
    const { declarations: functions } = this.functions;
    const { budget } = this.shared;
    return chargedCompile(budget, () => compile(expression, { functions }));
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
