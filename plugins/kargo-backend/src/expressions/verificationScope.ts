import {
  FreightCollection,
  JsonObject,
  Stage,
} from 'backstage-plugin-kargo-common';
import { byCodeUnit } from '../logic/derivedNames';
import { VARIABLE_FUNCTIONS } from './functionSets';
import { LookupTable } from './lookups';
import { evaluateVariables } from './promotionScope';
import { renderTemplate } from './template';

/** An argument of a verification that is no text. */
export class ArgumentTypeError extends Error {
  name = 'ArgumentTypeError' as const;
}

/**
 * The arguments of a Stage's verification by name; empty ones are left out.
 *
 * @throws ArgumentTypeError when one is no text (wrap it in `quote()`).
 */
export function evaluateVerificationArgs(input: {
  stage: Stage;
  collection: FreightCollection;
  lookups: LookupTable;
  nowMs: number;
}): Record<string, string> {
  const { stage, collection, lookups, nowMs } = input;
  const scope = {
    requests: stage.spec.requestedFreight,
    freight: Object.entries(collection.items)
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([, reference]) => reference),
    steps: [],
    lookups,
  };
  const ctx: JsonObject = {
    project: stage.metadata.namespace ?? '',
    stage: stage.metadata.name,
  };
  const renderWith = (vars: JsonObject) => (source: string) =>
    renderTemplate(source, {
      functions: VARIABLE_FUNCTIONS,
      env: { ctx, vars },
      scope,
      nowMs,
    });
  const vars = evaluateVariables(stage.spec.vars ?? [], {}, renderWith);
  const render = renderWith(vars);
  return Object.fromEntries(
    (stage.spec.verification?.args ?? []).flatMap(({ name, value }) => {
      if (!value) {
        return [];
      }
      const result = render(value);
      if (typeof result !== 'string') {
        throw new ArgumentTypeError(
          `verification argument '${name}' must be a text; wrap the expression in quote()`,
        );
      }
      return [[name, result]];
    }),
  );
}
