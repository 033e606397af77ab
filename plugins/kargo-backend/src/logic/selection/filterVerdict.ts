import { InputError } from '@backstage/errors';

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/**
 * Reads the result of an expression that decides (a filter, a criterion): a boolean as it
 * is, anything else by its text, which has to be one of 1, t, T, TRUE, true, True, 0, f, F,
 * FALSE, false and False.
 *
 * @throws `InputError` for any other result.
 */
export function readVerdict(result: unknown): boolean {
  if (typeof result === 'boolean') return result;
  const isPlain = ['string', 'number', 'bigint'].includes(typeof result);
  const text = isPlain ? String(result) : '';
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new InputError(
    `the expression must result in true or false, not in ${describe(result)}`,
  );
}

function describe(result: unknown): string {
  if (result === undefined || result === null) return 'nil';
  return typeof result === 'object'
    ? 'an object'
    : JSON.stringify(String(result));
}
