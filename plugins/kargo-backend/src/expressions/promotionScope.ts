import {
  ANNOTATIONS,
  JsonObject,
  JsonValue,
  Promotion,
  PromotionStatus,
  PromotionStep,
  Stage,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { StepBudget } from 'backstage-plugin-kargo-expr';
import { z } from 'zod';
import { byCodeUnit } from '../logic/derivedNames';
import { Evaluation } from './Evaluation';
import { namespaceOf } from './functions/status';
import { STEP_FUNCTIONS, VARIABLE_FUNCTIONS } from './functionSets';
import { HostScope } from './HostScope';
import { knownTexts } from './knownTexts';
import { LookupTable } from './lookups';
import { Paced } from './Paced';
import { isTemplate } from './splitTemplate';
import { ListTextFields, renderDocument, renderTemplate } from './template';
import { TemplateError } from './TemplateError';
import { evaluateVariables } from './variables';

/** What Kargo writes of whoever it cannot tell. */
const UNKNOWN_ACTOR = 'unknown actor';

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
  /** Steps that all expressions may take, together with those of other steps. */
  budget?: StepBudget;
  /** Paths of an evaluated config at which the step wants a text and found something else. */
  listTextFields?: ListTextFields;
}

/**
 * The evaluated `config` of a step; `{}` without one, and then nothing is evaluated. A
 * field that the step declares as text holds the rendered text as it is.
 *
 * @throws TemplateError
 */
export function* evaluateStepConfig(
  input: StepEvaluationInput,
): Paced<JsonObject> {
  const { config } = input.step;
  if (!config || Object.keys(config).length === 0) {
    return {};
  }
  const evaluation = yield* stepEvaluation(input);
  const { listTextFields } = input;
  return (
    (yield* renderDocument(config, evaluation, 'config', listTextFields)) ?? {}
  );
}

/**
 * Whether the `if` of a step holds.
 *
 * @throws TemplateError, also when it is no boolean
 */
export function* evaluateStepCondition(
  input: StepEvaluationInput,
): Paced<boolean> {
  const evaluation = yield* stepEvaluation(input);
  return yield* renderCondition(input.step.if ?? '', evaluation);
}

/**
 * Renders an `if`.
 *
 * @throws TemplateError, also when it is no boolean: a text without delimiters never is one.
 */
export function* renderCondition(
  source: string,
  evaluation: Evaluation,
): Paced<boolean> {
  const result = yield* renderTemplate(source, evaluation, 'if');
  if (typeof result === 'boolean') {
    return result;
  }
  throw new TemplateError(
    'coerce',
    isTemplate(source)
      ? `if: the result must be true or false, not ${describe(result)}`
      : 'if: expected an expression between ${{ and }}, not a plain text',
  );
}

function describe(value: JsonValue): string {
  if (value === null) {
    return 'nil';
  }
  return `a ${Array.isArray(value) ? 'list' : typeof value}`;
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
function* stepEvaluation(input: StepEvaluationInput): Paced<Evaluation> {
  const { promotion, status, step, nowMs, budget } = input;
  const ctx = contextOf(input);
  const outputs = withOlderNames(status.state ?? {}, promotion.spec.steps);
  const base = Evaluation.create({
    functions: VARIABLE_FUNCTIONS,
    env: { ctx },
    scope: hostScope(input),
    nowMs,
    ...(budget && { budget }),
    isText: knownTexts({
      ctx,
      outputs,
      steps: promotion.spec.steps,
      alias: step.as,
    }),
  });
  const inherited = yield* evaluateVariables(
    promotion.spec.vars ?? [],
    ({ values, texts }) =>
      base.with(VARIABLE_FUNCTIONS, { ctx, vars: values }, texts),
  );
  const recorded = {
    ctx,
    outputs,
    stepMetas: stepMetas(status.stepExecutionMetadata ?? []),
    ...taskOutputs(step.as ?? '', outputs),
  };
  const vars = yield* evaluateVariables(
    step.vars ?? [],
    ({ values, texts }) =>
      base.with(VARIABLE_FUNCTIONS, { ...recorded, vars: values }, texts),
    inherited,
  );
  return base.with(
    STEP_FUNCTIONS,
    { ...recorded, vars: vars.values },
    vars.texts,
  );
}

const Opened = z.object({ pr: z.object({ id: z.number() }) });

/**
 * Outputs in which expressions find `prNumber` of `git-open-pr`, as they did before Kargo
 * 1.7. What is recorded and shown has `pr.id` alone.
 */
function withOlderNames(
  outputs: JsonObject,
  steps: PromotionStep[] = [],
): JsonObject {
  const numbers = steps.flatMap(({ uses, as: alias = '' }) => {
    const opened =
      uses === 'git-open-pr' && Object.hasOwn(outputs, alias)
        ? Opened.safeParse(outputs[alias])
        : undefined;
    return opened?.success
      ? [
          [
            alias,
            { ...(outputs[alias] as JsonObject), prNumber: opened.data.pr.id },
          ] as const,
        ]
      : [];
  });
  return numbers.length > 0
    ? { ...outputs, ...Object.fromEntries(numbers) }
    : outputs;
}

function contextOf(input: StepEvaluationInput): JsonObject {
  const { promotion, status, step, freightAlias, uiBaseURL } = input;
  const target = status.freight;
  const targetFreight = {
    name: target?.name ?? promotion.spec.freight ?? '',
    alias: freightAlias ?? '',
    origin: { name: target?.origin.name ?? '' },
  };
  return {
    uiBaseUrl: uiBaseURL ?? '',
    project: promotion.metadata.namespace ?? '',
    stage: promotion.spec.stage,
    promotion: promotion.metadata.name,
    targetFreight,
    // What guides to Kargo call the target; `displayID` is what people call the Freight.
    freight: {
      ...targetFreight,
      displayID: targetFreight.alias || targetFreight.name.slice(0, 7),
    },
    meta: {
      promotion: {
        actor: nameOfActor(
          promotion.metadata.annotations?.[ANNOTATIONS.createActor] ?? '',
        ),
        rollback:
          promotion.metadata.annotations?.[ANNOTATIONS.rollback] === 'true',
      },
      step: { alias: step.as ?? '' },
    },
  };
}

/** As Kargo tells it: without its kind, where one name is behind that, else as it is. */
function nameOfActor(actor: string): string {
  if (actor === UNKNOWN_ACTOR) {
    return '';
  }
  const [, name, ...more] = actor.split(':');
  return name === undefined || more.length > 0 ? actor : name;
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
