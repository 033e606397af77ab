import { isError } from '@backstage/errors';
import { createRedactor } from 'backstage-plugin-kargo-node';

const MOST_CAUSES = 10;

/**
 * An error of an evaluation and what caused it, without the secrets that were read until then:
 * what an expression looks up may be named by one.
 */
export function maskError(error: unknown, secrets: readonly string[]): unknown {
  const mask = createRedactor(secrets);
  let current = error;
  for (let depth = 0; depth < MOST_CAUSES && isError(current); depth++) {
    current.message = mask(current.message);
    current = current.cause;
  }
  return error;
}
