import { encodeJson, Value } from 'backstage-plugin-kargo-expr';
import { JsonValue } from 'backstage-plugin-kargo-common';
import { stringify } from 'yaml';
import { compareNaturally } from './naturalOrder';

/**
 * A value as YAML text, in the style of Kargo: four blanks of indentation, keys in
 * natural order, a literal block for text of several lines, quotes where a plain scalar
 * would be read as something else (YAML 1.1 booleans included).
 *
 * @throws ExpressionError of stage `encode`
 */
export function encodeYaml(value: Value): string {
  const json = JSON.parse(encodeJson(value)) as JsonValue;
  return stringify(json, {
    indent: 4,
    indentSeq: true,
    lineWidth: 0,
    minContentWidth: 0,
    version: '1.1',
    blockQuote: 'literal',
    singleQuote: false,
    nullStr: 'null',
    sortMapEntries: (a, b) => compareNaturally(String(a.key), String(b.key)),
  });
}
