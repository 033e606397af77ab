import { ExpressionVariable, JsonObject } from 'backstage-plugin-kargo-common';
import { Evaluation } from './Evaluation';
import { Paced } from './Paced';
import { setOwn } from './setOwn';
import { isTemplate } from './splitTemplate';
import { renderExpressions } from './template';

/** Evaluated variables. */
export interface Variables {
  readonly values: JsonObject;
  /**
   * Those whose expressions came to a text: they stay texts where they are used, whatever
   * they look like. A value that is written down is none of them, as `value: "3"` is how
   * manifests say 3.
   */
  readonly texts: ReadonlySet<string>;
}

/**
 * Evaluates variables in list order: each sees those before it, and later ones of a name
 * overwrite.
 *
 * @param evaluationOf - what a variable sees, given the variables so far
 * @param inherited - variables that are there before; not changed
 * @throws TemplateError
 */
export function* evaluateVariables(
  variables: readonly ExpressionVariable[],
  evaluationOf: (visible: Variables) => Evaluation,
  inherited?: Variables,
): Paced<Variables> {
  const values: JsonObject = { ...inherited?.values };
  const texts = new Set(inherited?.texts);
  const evaluation = evaluationOf({ values, texts });
  for (const { name, value: source = '' } of variables) {
    if (!isTemplate(source)) {
      setOwn(values, name, source);
      texts.delete(name);
      continue;
    }
    const place = `vars.${name}`;
    const { value } = yield* renderExpressions(source, evaluation, place);
    setOwn(values, name, value);
    if (typeof value === 'string') {
      texts.add(name);
    } else {
      texts.delete(name);
    }
  }
  return { values, texts };
}
