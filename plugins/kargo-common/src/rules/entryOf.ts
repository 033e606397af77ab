/**
 * What a map holds under a name, such as what Freight is said to be verified in under the name
 * of a Stage: a name may be one that every object has a member of, `constructor` for one.
 *
 * @public
 */
export function entryOf<T>(
  entries: Readonly<Record<string, T>> | undefined,
  name: string,
): T | undefined {
  return entries && Object.hasOwn(entries, name) ? entries[name] : undefined;
}
