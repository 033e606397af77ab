import {
  DeepLink,
  JsonObject,
  ResourceLink,
} from 'backstage-plugin-kargo-common';
import {
  compile,
  fromJs,
  StepBudget,
  toJs,
  Value,
} from 'backstage-plugin-kargo-expr';
import { chargedCompile } from '../../expressions/Evaluation';
import { renderTemplate } from '../goTemplate/renderTemplate';
import { Slices } from '../slices';

/** Most links of one object. */
const MOST = 100;
/** What one condition may use: all of them are evaluated for each look at an object. */
const CONDITION_LIMITS = {
  steps: 100_000,
  memory: 100_000,
  stringLength: 100_000,
};
/** Steps that all conditions may take together, and compiling them. */
const MAX_STEPS = 1_000_000;

/** What conditions see, and what they may still take. */
interface Conditions {
  environment: Value;
  budget: StepBudget;
}

/** Links of one object, and why others are missing. */
export interface ResolvedLinks {
  links: ResourceLink[];
  errors?: string[];
}

/**
 * The links of an object: those whose `if` is true, with their `url` filled in. One link is a
 * slice.
 *
 * @param data - `{ freight }` or `{ stage }`, the object as the API answers it
 *
 * @remarks
 * As upstream, a condition is evaluated without being checked first, and what fails leaves
 * out its link alone. Differs: a URL that would hold `<no value>`, or would not lead to a
 * page, is an error.
 */
export function* resolveLinks(
  declared: readonly DeepLink[],
  data: JsonObject,
): Slices<ResolvedLinks> {
  const conditions: Conditions = {
    environment: fromJs(data),
    budget: new StepBudget(MAX_STEPS),
  };
  const links: ResourceLink[] = [];
  const errors: string[] = [];
  for (const link of declared.slice(0, MOST)) {
    yield;
    const { title, url, description, if: condition } = link;
    try {
      if (condition && !isMet(condition, conditions)) {
        continue;
      }
      links.push({
        title,
        url: fillIn(url, data),
        ...(description && { description }),
      });
    } catch (error) {
      errors.push(`link "${title}": ${(error as Error).message}`);
    }
  }
  if (declared.length > MOST) {
    errors.push(
      `${declared.length} links are declared; the first ${MOST} count`,
    );
  }
  return { links, ...(errors.length > 0 && { errors }) };
}

/** @throws Error that says that it is the condition */
function isMet(
  condition: string,
  { environment, budget }: Conditions,
): boolean {
  let result: unknown;
  try {
    const program = chargedCompile(budget, () =>
      compile(condition, { checked: false }),
    );
    result = toJs(
      program.run(environment, { limits: CONDITION_LIMITS, budget }),
    );
  } catch (error) {
    throw new Error(`error evaluating condition: ${(error as Error).message}`);
  }
  if (typeof result !== 'boolean') {
    throw new Error(
      `condition evaluated to a non-boolean value: ${JSON.stringify(result)}`,
    );
  }
  return result;
}

/** @throws Error that says that it is the URL */
function fillIn(template: string, data: JsonObject): string {
  let url: string;
  try {
    url = renderTemplate(template, data).trim();
  } catch (error) {
    throw new Error(
      `error evaluating URL template: ${(error as Error).message}`,
    );
  }
  // A browser would run `javascript:` addresses with the rights of who clicks.
  const scheme = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (scheme !== 'https:' && scheme !== 'http:') {
    throw new Error(`${JSON.stringify(url)} is no http(s) URL`);
  }
  return url;
}
