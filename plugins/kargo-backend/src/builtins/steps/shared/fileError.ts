import { isError } from '@backstage/errors';

/**
 * An error that says what could not be done with which file, in the user's words: the
 * system's own message names the absolute path.
 */
export function fileError(
  action: string,
  userPath: string,
  error: unknown,
): Error {
  return new Error(`cannot ${action} "${userPath}": ${systemReason(error)}`);
}

/** Runs a file operation and words its failure with {@link fileError}. */
export async function withFileError<T>(
  action: string,
  userPath: string,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    // Translated: errors of the system carry its code, ours are worded already.
    if (isError(error) && typeof error.code === 'string') {
      throw fileError(action, userPath, error);
    }
    throw error;
  }
}

/** `ENOENT: no such file or directory, open '/…'` without code and path. */
function systemReason(error: unknown): string {
  const message = isError(error) ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
