import { InputError } from '@backstage/errors';
import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  compile,
  HostFunction,
  isExpressionError,
  Program,
  StepBudget,
  Type,
  Types,
  typeName,
  Value,
  ValueMap,
} from 'backstage-plugin-kargo-expr';
import type { WebhookRequest } from 'backstage-plugin-kargo-node';
import { chargedCompile, Evaluation } from './Evaluation';
import {
  WEBHOOK_CONDITION_FUNCTIONS,
  WEBHOOK_TEMPLATE_FUNCTIONS,
} from './functionSets';
import { textOrNothing } from './functions/repositories';
import { HostScope } from './HostScope';
import { LookupTable } from './lookups';
import { atOnce } from './Paced';
import { splitTemplate } from './splitTemplate';
import { renderTemplate } from './template';
import { TemplateError } from './TemplateError';

/** Names that expressions of generic receivers see. */
const VARIABLES: ReadonlyMap<string, Type> = new Map([
  ['request', Types.unknown],
  ['params', Types.unknown],
]);

/**
 * What one expression may use: less than in a promotion, since strangers decide how often it
 * is evaluated.
 */
const RUN_LIMITS = { steps: 250_000, memory: 100_000, stringLength: 1_000_000 };

/** Steps of all expressions about one request, which are evaluated in one turn: 50 ms. */
const MAX_REQUEST_STEPS = 500_000;

const NOTHING: HostScope = {
  requests: [],
  freight: [],
  steps: [],
  lookups: new LookupTable(),
};

/** What expressions of a generic receiver see of one request. */
export interface WebhookScope {
  request: WebhookRequest;
  /** Absent when nothing was sent. */
  body: JsonValue | undefined;
  /** Of one action, as they are written. */
  parameters: Record<string, string>;
  /** Epoch milliseconds for `now()`. */
  nowMs: number;
  /** Of all expressions about the request. */
  budget: StepBudget;
}

/** What all expressions about one request may take together. */
export function webhookBudget(): StepBudget {
  return new StepBudget(MAX_REQUEST_STEPS);
}

/** Why a condition can never be evaluated, if it cannot. */
export function problemOfWebhookCondition(
  expression: string,
): string | undefined {
  return problemOf(() =>
    // Whoever sends a manifest has it judged once.
    compileCondition(expression, new StepBudget(Infinity)),
  );
}

/** Why a template can never be rendered, if it cannot. */
export function problemOfWebhookTemplate(template: string): string | undefined {
  return problemOf(() => {
    for (const part of splitTemplate(template)) {
      if ('expression' in part) {
        compile(part.expression, {
          functions: WEBHOOK_TEMPLATE_FUNCTIONS.declarations,
          variables: VARIABLES,
        });
      }
    }
  });
}

/** @throws InputError when it cannot be evaluated or comes to anything but true or false */
export function judgeWebhook(expression: string, scope: WebhookScope): boolean {
  const verdict = explaining(() =>
    compileCondition(expression, scope.budget).run(environment(scope), {
      now: new Date(scope.nowMs),
      limits: RUN_LIMITS,
      budget: scope.budget,
    }),
  );
  if (typeof verdict !== 'boolean') {
    throw new InputError(
      `it must come to true or false, and came to ${typeName(verdict)}`,
    );
  }
  return verdict;
}

/** @throws InputError when it cannot be rendered or comes to anything but a text */
export function renderWebhook(
  template: string,
  scope: WebhookScope,
  place: string,
): string {
  const evaluation = Evaluation.create({
    functions: WEBHOOK_TEMPLATE_FUNCTIONS,
    env: environment(scope),
    scope: NOTHING,
    nowMs: scope.nowMs,
    limits: RUN_LIMITS,
    budget: scope.budget,
  });
  const value = explaining(() =>
    atOnce(renderTemplate(template, evaluation, place)),
  );
  if (typeof value !== 'string') {
    throw new InputError(
      `${place}: it must come to a text, and came to ${
        value === null ? 'nil' : typeof value
      }; write quote(…) around it`,
    );
  }
  return value;
}

/** @param budget - is charged for a condition that is new */
function compileCondition(expression: string, budget: StepBudget): Program {
  const source = expression.trim();
  return WEBHOOK_CONDITION_FUNCTIONS.expressions.get(source, () =>
    chargedCompile(budget, () =>
      compile(source, {
        functions: WEBHOOK_CONDITION_FUNCTIONS.declarations,
        variables: VARIABLES,
      }),
    ),
  );
}

function environment({ request, body, parameters }: WebhookScope): ValueMap {
  return {
    request: {
      body: (body ?? null) as Value,
      header: lookUp('header', name => request.header(name)),
      headers: lookUp('headers', name => request.headers(name)),
      params: lookUp('params', name => request.param(name)),
    },
    params: parameters,
  };
}

/** A function of one name; nil counts as no name. */
function lookUp(name: string, find: (key: string) => Value): HostFunction {
  return new HostFunction(name, [Types.unknown], ([key]) =>
    find(textOrNothing(key, `${name}()`)),
  );
}

function problemOf(work: () => void): string | undefined {
  try {
    explaining(work);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) {
      return error.message;
    }
    throw error;
  }
}

function explaining<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isExpressionError(error) || error instanceof TemplateError) {
      // Not given as the cause, which would repeat the message.
      throw new InputError((error as Error).message);
    }
    throw error;
  }
}
