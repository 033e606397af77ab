import { ExpressionVariable, JsonObject } from 'backstage-plugin-kargo-common';
import { Evaluation } from './Evaluation';
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
  // Without a prototype, so that a variable may have any name.
  const values: JsonObject = Object.assign(Object.create(null), inherited);
  const evaluation = evaluationOf(values);
  for (const { name, value } of variables) {
    values[name] = renderTemplate(value ?? '', evaluation, `vars.${name}`);
  }
  return values;
}
