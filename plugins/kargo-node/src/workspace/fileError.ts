import { isError } from '@backstage/errors';

/**
 * Runs a file operation. What the system says about a failure is told in the step's words:
 * its own message names the place on the disk.
 */
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
      throw new Error(
        `cannot ${action} "${userPath}": ${systemReason(error.message)}`,
      );
    }
    throw error;
  }
}

/** Whether an error of the system has one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return (
    isError(error) &&
    typeof error.code === 'string' &&
    codes.includes(error.code)
  );
}

/** What is found; `undefined` when nothing is there, or it lies below something that is no folder. */
export async function ifThere<T>(
  look: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

/** `ENOENT: no such file or directory, open '/…'` without code and path. */
function systemReason(message: string): string {
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? 'the system refuses it';
}
