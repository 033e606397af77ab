import { EditError } from './EditError';

/** What an update can set a key to. */
export type ScalarValue = string | number | boolean;

/** The new value of a key. @throws EditError when no update can set it */
export function toScalarValue(key: string, value: unknown): ScalarValue {
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (isNumber || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  throw new EditError(
    'bad-value',
    `the new value of key "${key}" must be a text, a number or a boolean`,
  );
}
