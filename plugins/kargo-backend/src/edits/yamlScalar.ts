import { isMap, isScalar, parseDocument, Scalar } from 'yaml';
import { formatGoValue, looksTyped } from './goText';
import { ScalarValue } from './ScalarValue';

// Single quotes know no escapes.
const PRINTABLE =
  /^[ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

/** The quotes around a text, `plain` for none. */
export type ScalarStyle = 'plain' | 'single' | 'double';

/**
 * A value as it stands in YAML on one line: texts in the style of those quotes, and bare
 * only where every reader takes them for the same text.
 *
 * @remarks
 * Differs: Kargo quotes only what Go takes for a number, boolean or JSON, and so lets
 * `yes` or `foo: bar` change their meaning.
 */
export function formatYamlScalar(
  value: ScalarValue,
  options: { inFlow?: boolean; style?: ScalarStyle } = {},
): string {
  if (typeof value !== 'string') {
    return formatGoValue(value);
  }
  const { style = 'plain' } = options;
  if (style === 'plain' && !needsQuotes(value, options)) {
    return value;
  }
  return style === 'single' && PRINTABLE.test(value)
    ? `'${value.replaceAll("'", "''")}'`
    : quoteYaml(value);
}

// Marks of YAML 1.1, for a default value and for a merge, which some readers refuse.
const RESERVED = /^(?:=|<<)$/;
// What YAML has in escapes alone, such as the colours of a terminal, its line breaks of 1.1,
// and what no reader keeps at the start of a file.
const ESCAPED = /[^\P{Cc}\t]|[\u2028\u2029\ufeff\ufffe\uffff]/u;
// Readers in Go take the prefixes in either case, Kustomize among them.
const PREFIXED_INTEGER = /^[-+]?0[xob][\da-f_]+$/i;

/** Whether a text would not survive bare: some reader takes it for another value. */
export function needsQuotes(
  text: string,
  options: { inFlow?: boolean } = {},
): boolean {
  return (
    text === '' ||
    RESERVED.test(text) ||
    ESCAPED.test(text) ||
    looksTyped(text) ||
    PREFIXED_INTEGER.test(text) ||
    (options.inFlow && /[,[\]{}]/.test(text)) ||
    !readsAsItself(text, '1.2') ||
    !readsAsItself(text, '1.1')
  );
}

// JSON's escapes are a subset of YAML's; some characters it leaves as they are.
function quoteYaml(text: string): string {
  return JSON.stringify(text).replace(
    new RegExp(ESCAPED, 'gu'),
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function readsAsItself(text: string, version: '1.1' | '1.2'): boolean {
  const { contents, errors } = parseDocument(`k: ${text}\n`, { version });
  if (errors.length > 0 || !isMap(contents) || contents.items.length !== 1) {
    return false;
  }
  const { value } = contents.items[0];
  return (
    isScalar(value) &&
    value.type === Scalar.PLAIN &&
    value.value === text &&
    value.tag === undefined &&
    value.anchor === undefined &&
    !value.comment
  );
}
