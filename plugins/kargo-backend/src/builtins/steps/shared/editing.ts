import { TerminalError } from 'backstage-plugin-kargo-node';
import { isEditError } from '../../../edits/EditError';

/**
 * Runs an edit of a file and names the file when it is refused.
 *
 * @throws TerminalError when an index lies outside of its list, Error otherwise.
 */
export async function editing<T>(
  userPath: string,
  edit: () => Promise<T>,
): Promise<T> {
  try {
    return await edit();
  } catch (error) {
    if (!isEditError(error)) {
      throw error;
    }
    const message = `cannot update "${userPath}": ${error.message}`;
    throw error.code === 'index-out-of-range'
      ? new TerminalError(message)
      : new Error(message, { cause: error });
  }
}
