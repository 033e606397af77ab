import { ManifestPath } from 'backstage-plugin-kargo-common';

/** Calls back with every text in a value and where it is; names of members are texts too. */
export function visitTexts(
  value: unknown,
  visit: (text: string, path: ManifestPath) => void,
  path: ManifestPath = [],
): void {
  if (typeof value === 'string') {
    visit(value, path);
  } else if (Array.isArray(value)) {
    value.forEach((member, index) =>
      visitTexts(member, visit, [...path, index]),
    );
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      visit(name, [...path, name]);
      visitTexts(member, visit, [...path, name]);
    }
  }
}
