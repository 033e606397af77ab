import {
  ANNOTATIONS,
  ExpressionVariable,
  JsonObject,
  JsonValue,
  Promotion,
  PromotionStatus,
  PromotionStep,
  Stage,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { ValueMap } from 'backstage-plugin-kargo-expr';
import { byCodeUnit } from '../logic/derivedNames';
import { namespaceOf } from './functions/status';
import {
  FunctionSet,
  STEP_FUNCTIONS,
  VARIABLE_FUNCTIONS,
} from './functionSets';
import { HostScope } from './HostScope';
import { LookupTable } from './lookups';
import { isTemplate, renderDocument, renderTemplate } from './template';

/** Everything that a step's expressions are evaluated from. */
export interface StepEvaluationInput {
  promotion: Promotion;
  stage: Stage;
  status: PromotionStatus;
  freightAlias?: string;
  step: PromotionStep;
  uiBaseURL?: string;
  lookups: LookupTable;
  /** Epoch milliseconds. */
  nowMs: number;
}

/** A condition that is no boolean. */
export class ConditionError extends Error {
  name = 'ConditionError' as const;
}

/**
 * The evaluated `config` of a step; `{}` without one, and then nothing is evaluated.
 *
 * @throws ExpressionError, TemplateError, LookupNeeded
 */
export function evaluateStepConfig(input: StepEvaluationInput): JsonObject {
  const { config } = input.step;
  if (!config || Object.keys(config).length === 0) {
    return {};
  }
  const env = stepEnvironment(input);
  return renderDocument(config, evaluation(input, STEP_FUNCTIONS, env));
}

/**
 * Whether the `if` of a step holds.
 *
 * @throws ConditionError when it is no boolean: a text without delimiters never is one.
 */
export function evaluateStepCondition(input: StepEvaluationInput): boolean {
  const source = input.step.if ?? '';
  const result = renderTemplate(
    source,
    evaluation(input, STEP_FUNCTIONS, stepEnvironment(input)),
  );
  if (typeof result !== 'boolean') {
    throw new ConditionError(
      isTemplate(source)
        ? `'if' must be true or false, not ${describe(result)}`
        : `'if' must be an expression between \${{ and }}, not the text '${source}'`,
    );
  }
  return result;
}

function describe(value: JsonValue): string {
  return value === null
    ? 'nil'
    : `a ${Array.isArray(value) ? 'list' : typeof value}`;
}

function evaluation(
  input: StepEvaluationInput,
  functions: FunctionSet,
  env: ValueMap,
) {
  return { functions, env, scope: hostScope(input), nowMs: input.nowMs };
}

function hostScope(input: StepEvaluationInput): HostScope {
  const { stage, status, step, lookups } = input;
  const items = Object.entries(status.freightCollection?.items ?? {});
  return {
    requests: stage.spec.requestedFreight,
    freight: items
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([, reference]) => reference),
    steps: (status.stepExecutionMetadata ?? []).filter(Boolean),
    stepAlias: step.as,
    lookups,
  };
}

/** `ctx`, `vars`, `outputs`, `stepMetas` and, inside a task, `task`. */
function stepEnvironment(input: StepEvaluationInput): ValueMap {
  const { promotion, status, step } = input;
  const base = { ctx: contextOf(input) };
  const vars = evaluateVariables(promotion.spec.vars ?? [], {}, visible =>
    renderVariable(input, { ...base, vars: visible }),
  );
  const outputs = status.state ?? {};
  const recorded = {
    outputs,
    stepMetas: stepMetas(status.stepExecutionMetadata ?? []),
    ...taskOutputs(step.as ?? '', outputs),
  };
  const all = evaluateVariables(step.vars ?? [], vars, visible =>
    renderVariable(input, { ...base, ...recorded, vars: visible }),
  );
  return { ...base, ...recorded, vars: all };
}

function renderVariable(input: StepEvaluationInput, env: ValueMap) {
  const context = evaluation(input, VARIABLE_FUNCTIONS, env);
  return (source: string) => renderTemplate(source, context);
}

/** Variables in list order; each sees those before it, later ones of a name overwrite. */
export function evaluateVariables(
  variables: ExpressionVariable[],
  inherited: JsonObject,
  renderer: (visible: JsonObject) => (source: string) => JsonValue,
): JsonObject {
  const values: JsonObject = { ...inherited };
  for (const { name, value } of variables) {
    values[name] = renderer(values)(value ?? '');
  }
  return values;
}

function contextOf(input: StepEvaluationInput): JsonObject {
  const { promotion, status, step, freightAlias, uiBaseURL } = input;
  const actor = promotion.metadata.annotations?.[ANNOTATIONS.createActor] ?? '';
  const target = status.freight;
  return {
    uiBaseUrl: uiBaseURL ?? '',
    project: promotion.metadata.namespace ?? '',
    stage: promotion.spec.stage,
    promotion: promotion.metadata.name,
    targetFreight: {
      name: target?.name ?? promotion.spec.freight ?? '',
      alias: freightAlias ?? '',
      origin: { name: target?.origin.name ?? '' },
    },
    // The name that guides to Kargo use for the target.
    freight: {
      name: target?.name ?? promotion.spec.freight ?? '',
      alias: freightAlias ?? '',
      displayID: freightAlias || (target?.name ?? '').slice(0, 7),
      origin: { name: target?.origin.name ?? '' },
    },
    meta: {
      promotion: {
        actor: actor.includes(':') ? actor.slice(actor.indexOf(':') + 1) : '',
        rollback:
          promotion.metadata.annotations?.[ANNOTATIONS.rollback] === 'true',
      },
      step: { alias: step.as ?? '' },
    },
  };
}

function stepMetas(entries: StepExecutionMetadata[]): JsonObject {
  return Object.fromEntries(
    entries.filter(Boolean).map(entry => [
      entry.alias,
      {
        Alias: entry.alias,
        StartedAt: entry.startedAt ?? null,
        FinishedAt: entry.finishedAt ?? null,
        ErrorCount: entry.errorCount ?? 0,
        Status: entry.status ?? '',
        Message: entry.message ?? '',
        ContinueOnError: entry.continueOnError ?? false,
      },
    ]),
  );
}

function taskOutputs(alias: string, outputs: JsonObject): JsonObject {
  const task = namespaceOf(alias);
  if (task === undefined) {
    return {};
  }
  const prefix = `${task}::`;
  return {
    task: {
      outputs: Object.fromEntries(
        Object.entries(outputs)
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, output]) => [key.slice(prefix.length), output]),
      ),
    },
  };
}
