/**
 * What an answer lacks of an expectation, with the place; nothing when it has all of it.
 *
 * @remarks Objects may have more members than are expected, and lists not. `null` also
 * expects that a member is absent. `{"$matches": "…"}` expects a text that a regular
 * expression fits, and `{"$any": true}` anything that is there.
 */
export function findDifference(
  expected: unknown,
  got: unknown,
  place = 'body',
): string | undefined {
  if (isObject(expected)) {
    if (typeof expected.$matches === 'string') {
      return typeof got === 'string' && new RegExp(expected.$matches).test(got)
        ? undefined
        : differ(place, `a text like ${expected.$matches}`, got);
    }
    if (expected.$any === true) {
      return got === undefined ? differ(place, 'anything', got) : undefined;
    }
    if (!isObject(got)) {
      return differ(place, expected, got);
    }
    return firstOf(Object.keys(expected), name =>
      findDifference(expected[name], got[name], `${place}.${name}`),
    );
  }
  if (Array.isArray(expected)) {
    return Array.isArray(got) && got.length === expected.length
      ? firstOf([...expected.keys()], index =>
          findDifference(expected[index], got[index], `${place}[${index}]`),
        )
      : differ(place, expected, got);
  }
  return expected === (got ?? null) ? undefined : differ(place, expected, got);
}

function firstOf<T>(
  keys: T[],
  find: (key: T) => string | undefined,
): string | undefined {
  for (const key of keys) {
    const found = find(key);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function differ(place: string, expected: unknown, got: unknown): string {
  const wanted =
    typeof expected === 'string' ? expected : JSON.stringify(expected);
  return `${place}: expected ${wanted}, got ${JSON.stringify(got)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
