import {
  encodeJson,
  ExpressionError,
  FunctionDeclaration,
  isExpressionError,
  StepCounter,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { encodeYaml } from '../encodeYaml';
import { goQuote } from '../goQuote';
import { declare, overload } from './declare';

/** Signs beyond these are looked at one by one. */
const PLAIN = /^[ -~\n]*$/;

// `unknown` takes every argument, also nil.
const ANY = [overload(Types.string, Types.unknown)];

/** Functions of every template: they force the result to be text. */
export const TEMPLATE_FUNCTIONS: FunctionDeclaration[] = [
  quoting('quote', (value, steps) => {
    if (typeof value === 'string') {
      steps.step(value.length / (PLAIN.test(value) ? 4 : 1));
      return goQuote(value);
    }
    return `"${encodeJson(value, { steps })}"`;
  }),
  quoting('unsafeQuote', (value, steps) => `"${encodeJson(value, { steps })}"`),
  quoting(
    'asJSON',
    (value, steps) => `"${encodeJson(value, { indent: 2, steps })}\n"`,
  ),
  quoting('asYAML', (value, steps) => `"${encodeYaml(value, steps)}"`),
];

/** A function of one argument that fails like any other when there is no text for it. */
function quoting(
  name: string,
  quote: (value: Value, steps: StepCounter) => string,
): FunctionDeclaration {
  return declare(name, ANY, ([value], _scope, steps) => {
    try {
      return quote(value, steps);
    } catch (error) {
      if (!isExpressionError(error) || error.stage !== 'encode') {
        throw error;
      }
      throw new ExpressionError(
        'run',
        error.code,
        `${name}(): ${error.reason}`,
      );
    }
  });
}
