import { z } from 'zod';
import { SecretReference, StepSecrets } from './contracts/secrets';
import { TerminalError } from './errors';

/** Fields of a step's configuration that name a Secret: one of the two. @public */
export const SECRET_FIELDS = {
  /** A Secret of the project. */
  secretName: z.string().min(1).optional(),
  /** One that every project may read. */
  sharedSecretName: z.string().min(1).optional(),
};

/** What {@link SECRET_FIELDS} were given. @public */
export interface SecretFields {
  secretName?: string;
  sharedSecretName?: string;
}

/** Whether exactly one Secret is named; for `refine` of a schema. @public */
export function namesOneSecret(fields: SecretFields): boolean {
  return (
    (fields.secretName === undefined) !==
    (fields.sharedSecretName === undefined)
  );
}

/** The Secret that a configuration names. @public */
export function toSecretReference({
  secretName,
  sharedSecretName,
}: SecretFields): SecretReference {
  return sharedSecretName === undefined
    ? { name: secretName ?? '' }
    : { name: sharedSecretName, shared: true };
}

/**
 * Values of a Secret that must be there, with the keys that it must have.
 *
 * @throws TerminalError that names what is missing: asking again would not find it
 * @public
 */
export async function requireSecret<TKey extends string>(
  secrets: StepSecrets,
  reference: SecretReference,
  keys: readonly TKey[],
): Promise<Record<TKey, string>> {
  const found = await secrets.find(reference);
  const { name, shared } = reference;
  if (!found) {
    throw new TerminalError(
      shared
        ? `there is no shared Secret "${name}"`
        : `the project has no Secret "${name}"`,
    );
  }
  const values = keys.map(key => [key, found[key]?.reveal()] as const);
  const missing = values.find(([, value]) => !value);
  if (missing) {
    throw new TerminalError(`Secret "${name}" has no key "${missing[0]}"`);
  }
  return Object.fromEntries(values) as Record<TKey, string>;
}
