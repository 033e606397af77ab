import { JsonValue } from 'backstage-plugin-kargo-common';

/** JSON with sorted keys and without `undefined`, equal for equal values. */
export function toStableJson(value: JsonValue | undefined): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(
          Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : member,
  );
}
