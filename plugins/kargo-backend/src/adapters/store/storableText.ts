import { InputError } from '@backstage/errors';
import { ResourceKey } from 'backstage-plugin-kargo-common';

/** The escape of NUL in JSON, unless its backslash is an escaped one. */
const ESCAPED_NUL = /(?:^|[^\\])(?:\\\\)*\\u0000/;

/**
 * Refuses text that not every database keeps: PostgreSQL has no NUL character.
 *
 * @param what - what the text is, for the message
 * @throws InputError
 */
export function assertStorable(text: string, what: string): void {
  if (text.includes('\0')) {
    throw new InputError(`${what} contains a NUL character, remove it`);
  }
}

/** As {@link assertStorable}, for JSON. */
export function assertStorableJson(json: string, what: string): void {
  if (json.includes('\\u0000') && ESCAPED_NUL.test(json)) {
    throw new InputError(`${what} contains a NUL character, remove it`);
  }
}

/** As {@link assertStorable}, for the parts of a key. */
export function assertStorableKey({ namespace, name }: ResourceKey): void {
  assertStorable(namespace, 'The namespace');
  assertStorable(name, 'The name');
}
