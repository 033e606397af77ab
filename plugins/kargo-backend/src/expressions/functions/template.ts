import {
  encodeJson,
  ExpressionError,
  FunctionDeclaration,
  isExpressionError,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { encodeYaml } from '../encodeYaml';
import { goQuote } from '../goQuote';
import { declare, overload } from './declare';

// `unknown` takes every argument, also nil.
const ANY = [overload(Types.string, Types.unknown)];

/** Functions of every template: they force the result to be text. */
export const TEMPLATE_FUNCTIONS: FunctionDeclaration[] = [
  quoting('quote', value =>
    typeof value === 'string' ? goQuote(value) : `"${encodeJson(value)}"`,
  ),
  quoting('unsafeQuote', value => `"${encodeJson(value)}"`),
  quoting('asJSON', value => `"${encodeJson(value, { indent: 2 })}\n"`),
  quoting('asYAML', value => `"${encodeYaml(value)}"`),
];

/** A function of one argument that fails like any other when there is no text for it. */
function quoting(
  name: string,
  quote: (value: Value) => string,
): FunctionDeclaration {
  return declare(name, ANY, ([value]) => {
    try {
      return quote(value);
    } catch (error) {
      if (!isExpressionError(error)) {
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
