import {
  encodeJson,
  FunctionDeclaration,
  Types,
} from 'backstage-plugin-kargo-expr';
import { encodeYaml } from '../encodeYaml';
import { goQuote } from '../goQuote';
import { declare, overload } from './declare';

// `unknown` takes every argument, also nil.
const ANY = [overload(Types.string, { kind: 'unknown' })];

/** Functions of every template: they force the result to be text. */
export const TEMPLATE_FUNCTIONS: FunctionDeclaration[] = [
  declare('quote', ANY, ([value]) =>
    typeof value === 'string' ? goQuote(value) : `"${encodeJson(value)}"`,
  ),
  declare('unsafeQuote', ANY, ([value]) => `"${encodeJson(value)}"`),
  declare(
    'asJSON',
    ANY,
    ([value]) => `"${encodeJson(value, { indent: 2 })}\n"`,
  ),
  declare('asYAML', ANY, ([value]) => `"${encodeYaml(value)}"`),
];
