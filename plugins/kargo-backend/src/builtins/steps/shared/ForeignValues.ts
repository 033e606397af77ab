import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  encodeJsonInSlices,
  isExpressionError,
  StepBudget,
  Value,
} from 'backstage-plugin-kargo-expr';
import {
  compileStepExpression,
  StepExpression,
} from 'backstage-plugin-kargo-node';
import { inTurns } from '../../../foreign/inTurns';
import { readJson } from '../../../foreign/json';
import { DATA_LIMITS } from '../../../foreign/limits';
import {
  environmentOf,
  ForeignDocument,
  readDocument,
} from '../../../foreign/readDocument';
import { evaluateInThread } from '../../../foreign/threads/evaluateInThread';

/** Steps that the expressions of one attempt may take together, those of its outputs included. */
const MAX_STEPS = 20_000_000;
/** Steps of one expression that does not end in its turn and gets a thread. */
const MAX_STEPS_IN_THREAD = 5_000_000;

/** Told by an expression that does not end in its turn. */
const TAKES_LONG = Symbol('takes long');

/** An expression of a configuration, and the text that it was compiled from. */
export interface ValueExpression extends StepExpression {
  source: string;
  /** Names it in errors. */
  field: string;
}

/** @throws TerminalError when it is not an expression. */
export function compileValue(
  source: string,
  field: string,
  signal: AbortSignal,
): Promise<ValueExpression> {
  return inTurns(compileInTurn(source, field), signal);
}

function* compileInTurn(
  source: string,
  field: string,
): Generator<undefined, ValueExpression, undefined> {
  yield;
  return { ...compileStepExpression(source, field), source, field };
}

/** When expressions are evaluated, and until when. */
interface Asked {
  nowMs: number;
  signal: AbortSignal;
}

/**
 * What the expressions of a step find in what somebody else wrote.
 *
 * @remarks
 * An expression that takes more than a turn of the event loop is evaluated once more in a
 * thread, which reads the text again: to hand over what was read would hold the loop as well.
 */
export class ForeignValues {
  private readonly budget = new StepBudget(MAX_STEPS);

  /** @throws ForeignInputError when it is broken or too much. */
  static async read(
    document: ForeignDocument,
    asked: Asked,
  ): Promise<ForeignValues> {
    const { signal } = asked;
    const content = await readDocument(document, DATA_LIMITS, { signal });
    return new ForeignValues(document, environmentOf(document, content), asked);
  }

  private constructor(
    private readonly document: ForeignDocument,
    private readonly environment: Value,
    private readonly asked: Asked,
  ) {}

  /**
   * What an expression gives, as an output of a step.
   *
   * @throws Error when it cannot be evaluated or has no JSON form.
   */
  async evaluate(expression: ValueExpression): Promise<JsonValue> {
    const { signal } = this.asked;
    const value = await inTurns(this.inPlace(expression), signal);
    if (value === TAKES_LONG) {
      return this.inThread(expression);
    }
    if (typeof value === 'string' || typeof value === 'boolean') {
      return value;
    }
    const text = await inTurns(
      encodeJsonInSlices(value, { steps: this.budget }),
      signal,
    );
    return (await readJson(text, DATA_LIMITS, { signal })) as JsonValue;
  }

  private *inPlace(
    expression: ValueExpression,
  ): Generator<undefined, Value | typeof TAKES_LONG, undefined> {
    // Whoever works at the same time goes first when they were there before.
    yield;
    try {
      return expression.evaluate(
        this.environment,
        this.asked.nowMs,
        this.budget,
      );
    } catch (error) {
      const { cause } = error as Error;
      const isTooLong = isExpressionError(cause) && cause.code === 'step-limit';
      if (isTooLong && this.budget.left > 0) {
        return TAKES_LONG;
      }
      throw error;
    }
  }

  private async inThread({
    source,
    field,
  }: ValueExpression): Promise<JsonValue> {
    const { nowMs, signal } = this.asked;
    const answer = await evaluateInThread(
      {
        document: this.document,
        expression: source,
        nowMs,
        steps: MAX_STEPS_IN_THREAD,
        budget: { steps: MAX_STEPS, used: this.budget.used },
      },
      DATA_LIMITS,
      signal,
    );
    if ('problem' in answer) {
      throw new Error(`${field} cannot be evaluated: ${answer.problem}`);
    }
    this.budget.charge(answer.steps);
    return answer.value as JsonValue;
  }
}
