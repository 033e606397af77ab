import { CliError } from '../CliError';

/**
 * Reads `key=value` pairs; everything after the first `=` is the value.
 *
 * @throws CliError for what has no `=`, without the text, which may be a secret.
 */
export function readValues(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair, index) => {
      const at = pair.indexOf('=');
      if (at < 1) {
        throw new CliError(
          `--set needs key=value; that of number ${index + 1} is not`,
        );
      }
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
