import {
  JsonValue,
  ManifestPath,
  problemAt,
} from 'backstage-plugin-kargo-common';
import { holdsPassword, MASKED_PASSWORD, maskPasswords } from '../urlPassword';
import { InvalidResourceError } from './InvalidResourceError';
import { textsIn } from './textsIn';

const MASK = `:${MASKED_PASSWORD}@`;

/**
 * Puts the passwords back into the URLs of a manifest that were masked when it was read:
 * those that the stored resource has under the same masked URL. Pure.
 */
export function restorePasswords<T extends object>(
  manifest: T,
  stored: object | undefined,
): T {
  if (!stored || !JSON.stringify(manifest).includes(MASK)) {
    return manifest;
  }
  const known = new Map<string, string>();
  for (const { text } of textsIn(stored)) {
    if (holdsPassword(text)) {
      known.set(maskPasswords(text), text);
    }
  }
  return JSON.parse(JSON.stringify(manifest), (_, value: JsonValue) =>
    typeof value === 'string' ? known.get(value) ?? value : value,
  ) as T;
}

/**
 * Refuses masks that stand for no password any more: stored, they would be taken for one.
 *
 * @throws InvalidResourceError
 */
export function refuseMaskedPasswords(subject: string, manifest: object): void {
  if (!JSON.stringify(manifest).includes(MASK)) {
    return;
  }
  const paths: ManifestPath[] = [];
  for (const { text, path } of textsIn(manifest)) {
    if (holdsPassword(text) && text.includes(MASK)) {
      paths.push(path);
    }
  }
  if (paths.length > 0) {
    throw new InvalidResourceError(
      subject,
      paths.map(path =>
        problemAt(
          manifest,
          path,
          `a URL with its password, or better without one and credentials for it: ${MASKED_PASSWORD} is what is shown in place of passwords`,
        ),
      ),
    );
  }
}
