import { RoleClaim } from '../../model/KargoRole';
import { ANNOTATIONS } from '../../model/labels';

/** Older form of the annotation: one per claim, with values between commas. */
const ONE_CLAIM = 'rbac.kargo.akuity.io/claim.';

type Annotations = Readonly<Record<string, string>>;

/**
 * Why the claims of a ServiceAccount cannot be understood; `undefined` when they can.
 *
 * @public
 */
export function findClaimsProblem(
  annotations: Annotations = {},
): string | undefined {
  const text = annotations[ANNOTATIONS.claims];
  return text === undefined || parseAnnotation(text)
    ? undefined
    : 'expected a JSON object of claims, such as {"groups": ["devops"]}';
}

/**
 * The claims that a ServiceAccount is mapped to, by name. Both forms of the annotation
 * count; what cannot be understood maps nobody.
 *
 * @remarks Differs: Kargo documents single values and understands lists only.
 *
 * @public
 */
export function readClaims(annotations: Annotations = {}): RoleClaim[] {
  const claims = new Map<string, string[]>();
  const add = (name: string, values: readonly string[]) =>
    claims.set(name, [...(claims.get(name) ?? []), ...values]);
  const listed = parseAnnotation(annotations[ANNOTATIONS.claims] ?? '{}') ?? [];
  listed.forEach(([name, values]) => add(name, values));
  for (const [key, text] of Object.entries(annotations)) {
    if (key.startsWith(ONE_CLAIM) && key.length > ONE_CLAIM.length) {
      add(key.slice(ONE_CLAIM.length), text.split(','));
    }
  }
  return mergeClaims(
    [...claims].map(([name, values]) => ({ name, values })),
    [],
  );
}

function parseAnnotation(text: string): Array<[string, string[]]> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The caller tells what was expected; the text may name people.
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return undefined;
  }
  const claims = Object.entries(parsed).map(
    ([name, value]) =>
      [name, (Array.isArray(value) ? value : [value]) as unknown[]] as const,
  );
  const isText = (value: unknown): value is string => typeof value === 'string';
  return claims.every(([, values]) => values.every(isText))
    ? claims.map(([name, values]) => [name, values.filter(isText)])
    : undefined;
}

/**
 * The annotations of a ServiceAccount with other claims; the older form goes.
 *
 * @public
 */
export function writeClaims(
  annotations: Annotations,
  claims: readonly RoleClaim[],
): Record<string, string> {
  const others = Object.entries(annotations).filter(
    ([key]) => key !== ANNOTATIONS.claims && !key.startsWith(ONE_CLAIM),
  );
  const byName = mergeClaims(claims, []).map(({ name, values }) => [
    name,
    values,
  ]);
  return {
    ...Object.fromEntries(others),
    [ANNOTATIONS.claims]: JSON.stringify(Object.fromEntries(byName)),
  };
}

/** Claims and what is added to them; ordered, without repetitions. @public */
export function mergeClaims(
  claims: readonly RoleClaim[],
  added: readonly RoleClaim[],
): RoleClaim[] {
  const merged = new Map<string, Set<string>>();
  for (const { name, values } of [...claims, ...added]) {
    const known = merged.get(name) ?? new Set();
    values.map(value => value.trim()).forEach(value => known.add(value));
    merged.set(name, known);
  }
  return [...merged]
    .map(([name, values]) => ({
      name,
      values: [...values].filter(Boolean).sort(),
    }))
    .filter(({ values }) => values.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Claims without what is taken away from them. @public */
export function dropClaims(
  claims: readonly RoleClaim[],
  dropped: readonly RoleClaim[],
): RoleClaim[] {
  const isDropped = (name: string, value: string) =>
    dropped.some(claim => claim.name === name && claim.values.includes(value));
  return mergeClaims(
    claims.map(({ name, values }) => ({
      name,
      values: values.filter(value => !isDropped(name, value)),
    })),
    [],
  );
}

/**
 * Whether somebody has a role: one value of one claim is enough. Case does not matter, as
 * in references of the catalog.
 *
 * @param held - values of the caller's claims by name
 *
 * @public
 */
export function matchesClaims(
  claims: readonly RoleClaim[],
  held: Readonly<Record<string, readonly string[]>>,
): boolean {
  const lower = (text: string) => text.toLocaleLowerCase('en-US');
  return claims.some(({ name, values }) => {
    const own = Object.hasOwn(held, name) ? held[name].map(lower) : [];
    return values.some(value => own.includes(lower(value)));
  });
}

/** Claims as texts `name=value`, one for every value. @public */
export function formatClaims(claims: readonly RoleClaim[]): string[] {
  return claims.flatMap(({ name, values }) =>
    values.map(value => `${name}=${value}`),
  );
}

/** Reads what {@link formatClaims} writes; a text without `=` is no claim. @public */
export function parseClaims(texts: readonly string[]): RoleClaim[] {
  const claims = texts.flatMap(text => {
    const at = text.indexOf('=');
    return at < 1
      ? []
      : [{ name: text.slice(0, at), values: [text.slice(at + 1)] }];
  });
  return mergeClaims(claims, []);
}
