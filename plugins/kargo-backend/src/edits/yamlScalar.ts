import { isMap, isScalar, parseDocument, Scalar } from 'yaml';
import { formatGoValue, looksTyped } from './goText';

/** What an update may write. */
export type ScalarValue = string | number | boolean;

/**
 * A value as it stands in YAML on one line: bare where every reader takes it for the same
 * text, in double quotes otherwise.
 *
 * @remarks
 * Differs: Kargo quotes only what Go takes for a number, boolean or JSON, and so lets
 * `yes` or `foo: bar` change their meaning.
 */
export function formatYamlScalar(
  value: ScalarValue,
  options: { inFlow?: boolean } = {},
): string {
  if (typeof value !== 'string') {
    return formatGoValue(value);
  }
  return needsQuotes(value, options) ? quoteYaml(value) : value;
}

/** Whether a text would not survive bare: some reader takes it for another value. */
export function needsQuotes(
  text: string,
  options: { inFlow?: boolean } = {},
): boolean {
  return (
    text === '' ||
    looksTyped(text) ||
    (options.inFlow && /[,[\]{}]/.test(text)) ||
    !readsAsItself(text, '1.2') ||
    !readsAsItself(text, '1.1')
  );
}

// JSON's escapes are a subset of YAML's. The characters that YAML takes for line breaks
// and JSON leaves alone must be escaped, or they would fold.
function quoteYaml(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0085\u2028\u2029\ufeff]/g,
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
