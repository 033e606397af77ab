import {
  compileCommitFilter,
  FilteredCommit,
  FilteredTag,
} from 'backstage-plugin-kargo-backend/src/expressions/commitFilter';
import { evaluateCriteria } from 'backstage-plugin-kargo-backend/src/expressions/criteria';
import { Evaluation } from 'backstage-plugin-kargo-backend/src/expressions/Evaluation';
import {
  CRITERIA_FUNCTIONS,
  FunctionSet,
  STEP_FUNCTIONS,
  VARIABLE_FUNCTIONS,
} from 'backstage-plugin-kargo-backend/src/expressions/functionSets';
import { PLAIN_FUNCTIONS } from 'backstage-plugin-kargo-backend/src/testing/plainFunctions';
import { HostScope } from 'backstage-plugin-kargo-backend/src/expressions/HostScope';
import { LookupTable } from 'backstage-plugin-kargo-backend/src/expressions/lookups';
import { renderCondition } from 'backstage-plugin-kargo-backend/src/expressions/promotionScope';
import { atOnce } from 'backstage-plugin-kargo-backend/src/expressions/Paced';
import {
  renderDocument,
  renderTemplate,
} from 'backstage-plugin-kargo-backend/src/expressions/template';
import { renderArgument } from 'backstage-plugin-kargo-backend/src/expressions/verificationScope';
import { readVerdict } from 'backstage-plugin-kargo-backend/src/logic/selection/filterVerdict';
import {
  StepExecutionMetadata,
  JsonValue,
} from 'backstage-plugin-kargo-common';
import {
  compile,
  encodeJson,
  printRfc3339,
  Time,
  Value,
  ValueMap,
} from 'backstage-plugin-kargo-expr';
import { DISCOVERED, FAILED_STEP, NOW, scopeOf, withLookups } from './fixtures';

/**
 * Evaluates an expression of the corpus; undefined as environment means none.
 *
 * Errors carry the stage at which they arose in a property `stage`.
 */
export type Evaluator = (expression: string, env: Value | undefined) => Value;

/** The evaluators by the modes that headers of corpus files name. */
export const EVALUATORS: ReadonlyMap<string, Evaluator> = new Map<
  string,
  Evaluator
>([
  ['run', (expression, env) => compile(expression).run(env, { now: NOW })],
  [
    'eval',
    (expression, env) =>
      compile(expression, { checked: false }).run(env, { now: NOW }),
  ],
  ['tmpl', templateWith(PLAIN_FUNCTIONS)],
  ['json', runDocument],
  ['host', runWithFunctions],
  ['disc', runDiscovery],
  ['step', runStep('s9')],
  ['steptask', runStep('task::b')],
  ['stepbad', runStep('s9', [FAILED_STEP])],
  ['vars', templateWith(VARIABLE_FUNCTIONS)],
  [
    'if',
    evaluating(STEP_FUNCTIONS, (source, evaluation) =>
      atOnce(renderCondition(source, evaluation)),
    ),
  ],
  [
    'arg',
    evaluating(VARIABLE_FUNCTIONS, (source, evaluation) =>
      atOnce(renderArgument(source, evaluation, 'it')),
    ),
  ],
  [
    'crit',
    source =>
      coerced(() => evaluateCriteria(source, DISCOVERED, NOW.getTime())),
  ],
  ['filter', runFilter],
]);

/** Evaluates with the fixtures; an environment that is none counts as empty. */
function evaluating(
  functions: FunctionSet,
  work: (source: string, evaluation: Evaluation) => JsonValue,
  scope: (lookups: LookupTable) => HostScope = scopeOf,
): Evaluator {
  return (source, env) =>
    withLookups(source, lookups => {
      const evaluation = Evaluation.create({
        functions,
        env: (env ?? {}) as ValueMap,
        scope: scope(lookups),
        nowMs: NOW.getTime(),
      });
      return work(source, evaluation) as Value;
    });
}

function templateWith(functions: FunctionSet): Evaluator {
  return evaluating(functions, (source, evaluation) =>
    atOnce(renderTemplate(source, evaluation, 'it')),
  );
}

/** A template in the configuration of a step. */
function runStep(as: string, more: StepExecutionMetadata[] = []): Evaluator {
  return evaluating(
    STEP_FUNCTIONS,
    (source, evaluation) => {
      const config = atOnce(
        renderDocument({ it: source }, evaluation, 'config'),
      );
      return config?.it ?? null;
    },
    lookups => scopeOf(lookups, as, more),
  );
}

/** From JSON text to JSON text. */
function runDocument(source: string, env: Value | undefined): Value {
  return evaluating(PLAIN_FUNCTIONS, (text, evaluation) => {
    const document = atOnce(
      renderDocument(parseDocument(text), evaluation, 'config'),
    );
    return encodeJson(document as Value);
  })(source, env);
}

function parseDocument(source: string): JsonValue {
  return failingAt('template', () => JSON.parse(source));
}

function runWithFunctions(source: string, env: Value | undefined): Value {
  const program = compile(source, { functions: STEP_FUNCTIONS.declarations });
  return withLookups(source, lookups =>
    program.run(env, { now: NOW, host: scopeOf(lookups) }),
  );
}

function runDiscovery(source: string, env: Value | undefined): Value {
  const { declarations: functions } = CRITERIA_FUNCTIONS;
  const host = { ...scopeOf(new LookupTable()), discovered: DISCOVERED };
  return compile(source, { functions }).run(env, { now: NOW, host });
}

/** The two kinds of filters are told apart by the dates that they know. */
function runFilter(source: string, env: Value | undefined): Value {
  const fields = Object.fromEntries(
    Object.entries(env as ValueMap).map(([name, value]) => [
      name,
      value instanceof Time ? printRfc3339(value) : value,
    ]),
  ) as unknown;
  const filter = failingAt('check', () => compileCommitFilter(source));
  const result = failingAt('run', () =>
    'tag' in (env as ValueMap)
      ? filter.evaluateTag(fields as FilteredTag, NOW.getTime())
      : filter.evaluateCommit(fields as FilteredCommit, NOW.getTime()),
  );
  return coerced(() => readVerdict(result));
}

/** Runs what reads a result as yes or no; errors that come from nowhere else come from there. */
function coerced(work: () => Value): Value {
  return failingAt('coerce', work);
}

function failingAt<T>(stage: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isStaged = typeof (error as { stage?: unknown }).stage === 'string';
    throw isStaged ? error : Object.assign(new Error(String(error)), { stage });
  }
}
