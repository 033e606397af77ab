import { JsonValue } from 'backstage-plugin-kargo-common';

/** A text as JSON; no value when it is none. */
export function parseJson(text: string): { value?: JsonValue } {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return {};
  }
}
