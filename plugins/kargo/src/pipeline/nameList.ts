/** The names in a list with commas, as an address has it; no name has a comma. */
export function parseNames(list: string): ReadonlySet<string> {
  return new Set(list.split(',').filter(Boolean));
}

/** The list with a name added, or without it where it was there. */
export function toggleName(list: string, name: string): string {
  const names = new Set(parseNames(list));
  if (!names.delete(name)) {
    names.add(name);
  }
  return [...names].join(',');
}
