import { ForeignInputError } from './ForeignInputError';
import { Limits } from './limits';

const MARK = '\uFEFF';

/**
 * UTF-8 bytes as text, without a byte order mark.
 *
 * @throws ForeignInputError when there are too many bytes or they are not UTF-8.
 */
export function readText(
  source: string | Uint8Array,
  { bytes: limit }: Pick<Limits, 'bytes'>,
): string {
  const size =
    typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength;
  if (size > limit) {
    throw new ForeignInputError(
      `it has ${size} bytes, more than the limit of ${limit}`,
    );
  }
  const text = typeof source === 'string' ? source : decode(source);
  return text.startsWith(MARK) ? text.slice(MARK.length) : text;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ForeignInputError('it is not UTF-8 text');
  }
}
