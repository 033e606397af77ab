import { ManifestPath } from 'backstage-plugin-kargo-common';

/** Every text in a value and where it is; names of members are texts too. */
export function* textsIn(
  value: unknown,
  path: ManifestPath = [],
): Generator<{ text: string; path: ManifestPath }, void, undefined> {
  if (typeof value === 'string') {
    yield { text: value, path };
  } else if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      yield* textsIn(member, [...path, index]);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      yield { text: name, path: [...path, name] };
      yield* textsIn(member, [...path, name]);
    }
  }
}
