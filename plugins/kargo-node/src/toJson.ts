import { JsonValue } from 'backstage-plugin-kargo-common';

/**
 * A value as JSON: what is none (dates, `undefined`) is turned into it or left out.
 *
 * @throws Error in one line where that cannot be, as of a circle
 *
 * @public
 */
export function toJson(value: unknown): JsonValue {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as JsonValue;
  } catch (error) {
    // Of a circle everything on the way is told, a line each.
    const [why] = (error as Error).message.split('\n');
    throw new Error(`no JSON: ${why}`, { cause: error });
  }
}
