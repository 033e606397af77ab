import {
  FreightCollection,
  JsonObject,
  Stage,
} from 'backstage-plugin-kargo-common';
import { byCodeUnit } from '../logic/derivedNames';
import { Evaluation } from './Evaluation';
import { VARIABLE_FUNCTIONS } from './functionSets';
import { knownTexts } from './knownTexts';
import { LookupTable } from './lookups';
import { Paced } from './Paced';
import { renderTemplate } from './template';
import { TemplateError } from './TemplateError';
import { evaluateVariables, Variables } from './variables';

/** Everything that a verification's expressions are evaluated from. */
export interface VerificationEvaluationInput {
  stage: Stage;
  collection: FreightCollection;
  lookups: LookupTable;
  /** Epoch milliseconds. */
  nowMs: number;
}

/**
 * The arguments of a Stage's verification by name; empty ones are left out.
 *
 * @throws TemplateError, also when one is no text
 */
export function* evaluateVerificationArgs(
  input: VerificationEvaluationInput,
): Paced<Record<string, string>> {
  const evaluation = yield* stageEvaluation(input);
  const args = input.stage.spec.verification?.args ?? [];
  const rendered: [string, string][] = [];
  for (const { name, value } of args) {
    if (value) {
      const place = `args.${name}`;
      rendered.push([name, yield* renderArgument(value, evaluation, place)]);
    }
  }
  return Object.fromEntries(rendered);
}

/**
 * Renders a template whose result has to be a text.
 *
 * @throws TemplateError, also when it is of another type
 */
export function* renderArgument(
  source: string,
  evaluation: Evaluation,
  place: string,
): Paced<string> {
  const result = yield* renderTemplate(source, evaluation, place);
  if (typeof result === 'string') {
    return result;
  }
  throw new TemplateError(
    'coerce',
    `${place}: the result must be a text; wrap the expression in quote()`,
  );
}

/** `ctx` and, when the Stage has variables, `vars`. */
function* stageEvaluation(
  input: VerificationEvaluationInput,
): Paced<Evaluation> {
  const { stage, collection, lookups, nowMs } = input;
  const ctx: JsonObject = {
    project: stage.metadata.namespace ?? '',
    stage: stage.metadata.name,
  };
  const base = Evaluation.create({
    functions: VARIABLE_FUNCTIONS,
    env: { ctx },
    scope: {
      requests: stage.spec.requestedFreight,
      freight: Object.entries(collection.items)
        .sort(([a], [b]) => byCodeUnit(a, b))
        .map(([, reference]) => reference),
      steps: [],
      lookups,
    },
    nowMs,
    isText: knownTexts({ ctx }),
  });
  const variables = stage.spec.vars ?? [];
  if (variables.length === 0) {
    return base;
  }
  const visible = ({ values, texts }: Variables) =>
    base.with(VARIABLE_FUNCTIONS, { ctx, vars: values }, texts);
  return visible(yield* evaluateVariables(variables, visible));
}
