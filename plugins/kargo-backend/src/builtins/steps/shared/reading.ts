import { ForeignInputError } from '../../../foreign/ForeignInputError';

/**
 * Reads a text and names it when it cannot be read.
 *
 * @remarks
 * What is no fault of the text stays what it is, so that a step is tried again that was not
 * given a thread to read it.
 *
 * @param what - names the text in the error, such as `"values.yaml"`
 * @throws Error for a text that is broken or too much
 */
export async function reading<T>(
  what: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ForeignInputError)) {
      throw error;
    }
    throw new Error(`${what} cannot be read: ${error.message}`, {
      cause: error,
    });
  }
}
