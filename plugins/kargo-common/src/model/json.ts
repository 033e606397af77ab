import { z } from 'zod';

/** A JSON value. @public */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** A JSON object. @public */
export type JsonObject = { [key: string]: JsonValue };

/**
 * Schema of a JSON value of any form.
 *
 * @remarks One look at each value: `z.json()` tries six schemas for each, and makes an error of
 * every one that does not fit.
 *
 * @public
 */
export const AnyJson = z.unknown().refine(isJson, {
  error:
    'expected what JSON can say: no infinite number and none that is not one',
}) as unknown as z.ZodType<JsonValue>;

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || Object.values(value).every(isJson);
    default:
      return false;
  }
}
