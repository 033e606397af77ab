import { Data } from './jsonValue';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { readText } from './text';
import { readInThread } from './threads/readInThread';
import { parseToml } from './toml/parseToml';

/**
 * A TOML text as a value, large ones in a thread of their own.
 *
 * @throws ForeignInputError when it is broken, too much or no text.
 */
export async function readToml(
  source: string | Uint8Array,
  limits: Limits,
  { signal }: ReadOptions = {},
): Promise<Data> {
  const text = readText(source, limits);
  return isQuick('toml', text)
    ? parseToml(text, limits)
    : readInThread<Data>('toml', text, limits, signal);
}
