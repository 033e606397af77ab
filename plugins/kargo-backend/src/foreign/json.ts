import { ForeignInputError } from './ForeignInputError';
import { Json } from './jsonValue';
import { parseJson } from './json/parseJson';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { readText } from './text';
import { readInThread } from './threads/readInThread';

/**
 * What a text is that may be JSON: nothing when it is none, and why it is refused when it is
 * too much.
 */
export async function readIfJson(
  text: string,
  limits: Limits,
  { signal }: ReadOptions = {},
): Promise<{ value?: Json } | { refused: string }> {
  try {
    const [value] = (await readInThread(
      'ifJson',
      text,
      limits,
      signal,
    )) as Json[];
    return value === undefined ? {} : { value };
  } catch (error) {
    if (error instanceof ForeignInputError) {
      return { refused: error.message };
    }
    throw error;
  }
}

/**
 * A JSON text as a value, large ones in a thread of their own.
 *
 * @throws ForeignInputError when it is broken, too much or no text.
 */
export async function readJson(
  source: string | Uint8Array,
  limits: Limits,
  { signal }: ReadOptions = {},
): Promise<Json> {
  const text = readText(source, limits);
  return isQuick('json', text)
    ? parseJson(text, limits)
    : readInThread('json', text, limits, signal);
}
