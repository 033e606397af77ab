import { ExpressionVariable, JsonObject } from 'backstage-plugin-kargo-common';
import { Evaluation } from './Evaluation';
import { setOwn } from './setOwn';
import { renderTemplate } from './template';

/**
 * Evaluates variables in list order: each sees those before it, and later ones of a name
 * overwrite.
 *
 * @param evaluationOf - what a variable sees, given the values so far
 * @param inherited - values that are there before; not changed
 * @throws TemplateError, LookupNeeded
 */
export function evaluateVariables(
  variables: readonly ExpressionVariable[],
  evaluationOf: (values: JsonObject) => Evaluation,
  inherited?: JsonObject,
): JsonObject {
  const values: JsonObject = { ...inherited };
  const evaluation = evaluationOf(values);
  for (const { name, value } of variables) {
    const place = `vars.${name}`;
    setOwn(values, name, renderTemplate(value ?? '', evaluation, place));
  }
  return values;
}
