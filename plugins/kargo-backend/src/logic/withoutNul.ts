import { JsonValue } from 'backstage-plugin-kargo-common';

/**
 * The value with U+FFFD in place of every NUL character in its texts and names: what is told
 * from outside may hold some, and PostgreSQL keeps none. Pure.
 */
export function withoutNul<T extends JsonValue>(value: T): T {
  return JSON.stringify(value).includes('\\u0000')
    ? (replaceNul(value) as T)
    : value;
}

function replaceNul(value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    return value.replaceAll('\0', '\ufffd');
  }
  if (Array.isArray(value)) {
    return value.map(replaceNul);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replaceAll('\0', '\ufffd'),
      member === undefined ? member : replaceNul(member),
    ]),
  );
}
