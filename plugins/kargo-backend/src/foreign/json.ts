import { Json } from './jsonValue';
import { parseJson } from './json/parseJson';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { readText } from './text';
import { readInThread } from './threads/readInThread';

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
