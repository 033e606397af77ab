import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';

/** The catalog's own parser takes any characters. */
const WELL_FORMED = /^[^\s:/]+:[^\s:/]+\/[^\s:/]+$/;

/**
 * An entity reference as the catalog writes it; a name alone is a group of the namespace
 * `default`. `undefined` for what is no reference.
 */
export function readEntityRef(text: string): string | undefined {
  try {
    const ref = stringifyEntityRef(
      parseEntityRef(text.trim(), {
        defaultKind: 'group',
        defaultNamespace: 'default',
      }),
    );
    return WELL_FORMED.test(ref) ? ref : undefined;
  } catch {
    // What is wrong with it is told by whoever knows where it stands.
    return undefined;
  }
}

/** The person behind an actor such as `user:default/rita`; `undefined` for all else that acts. */
export function personOf(actor: string | undefined): string | undefined {
  return actor?.startsWith('user:') ? readEntityRef(actor) : undefined;
}
