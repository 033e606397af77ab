import { JsonValue } from 'backstage-plugin-kargo-common';

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A value as Argo Rollouts writes it down: compact JSON, keys sorted, HTML escaped. */
export function printJson(value: JsonValue): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    character => ESCAPES[character],
  );
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map(key => [key, sorted(value[key])]),
      )
    : value;
}

/** A number without exponent, as far as one can be written so; `+Inf`, `-Inf` and `NaN`. */
export function printNumber(value: number): string {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? '+Inf' : '-Inf';
  }
  const text = String(value);
  return text.includes('e')
    ? value.toLocaleString('en-US', {
        useGrouping: false,
        maximumSignificantDigits: 17,
        maximumFractionDigits: 20,
      })
    : text;
}

/** `[1,2.5]`; numbers as in {@link printNumber}. */
export function printNumbers(values: readonly number[]): string {
  return `[${values.map(printNumber).join(',')}]`;
}
