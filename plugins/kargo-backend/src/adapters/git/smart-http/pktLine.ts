/** What git's protocol sends: a line, or one of its signs without content. */
export type Pkt = Buffer | 'flush' | 'delimiter' | 'end';

const LENGTH = 4;
/** With its length; git refuses longer ones. */
const MAX_PKT = 65_520;
const SIGNS: Readonly<Record<string, Pkt>> = {
  '0000': 'flush',
  '0001': 'delimiter',
  '0002': 'end',
};

/** Ends a request, or a part of it. */
export const FLUSH = Buffer.from('0000');
/** Stands between a command of protocol version 2 and its arguments. */
export const DELIMITER = Buffer.from('0001');

/** A text as one line of the protocol (gitprotocol-common(5)). */
export function encodePkt(text: string): Buffer {
  const content = Buffer.from(text);
  const length = content.length + LENGTH;
  if (length > MAX_PKT) {
    throw new Error(`a line of ${length} bytes is longer than git takes`);
  }
  return Buffer.concat([
    Buffer.from(length.toString(16).padStart(LENGTH, '0')),
    content,
  ]);
}

/**
 * Takes an answer apart.
 *
 * @throws Error when it is not whole, or not in lines of the protocol
 */
export function* decodePkts(answer: Buffer): Generator<Pkt> {
  let at = 0;
  while (at < answer.length) {
    const written = answer.toString('latin1', at, at + LENGTH);
    const sign = SIGNS[written];
    if (sign !== undefined) {
      yield sign;
      at += LENGTH;
      continue;
    }
    const length = /^[0-9a-f]{4}$/.test(written) ? parseInt(written, 16) : 0;
    if (length < LENGTH || at + length > answer.length) {
      throw new Error(
        'the answer is not in whole lines of the protocol of git',
      );
    }
    yield answer.subarray(at + LENGTH, at + length);
    at += length;
  }
}
