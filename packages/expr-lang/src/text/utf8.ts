/**
 * The language counts texts in UTF-8 bytes; these functions do so without encoding plain ASCII texts.
 */

// eslint-disable-next-line no-control-regex -- the ASCII range is what is meant
const NOT_ASCII = /[^\x00-\x7f]/;

/** Whether each character of the text is one byte. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/** Length of the UTF-8 form in bytes. */
export function byteLength(text: string): number {
  if (isAscii(text)) return text.length;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(text, i)) {
      length += 4;
      i += 1;
    } else length += 3;
  }
  return length;
}

/** The UTF-8 form. */
export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Number of characters (code points). */
export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if (isPair(text, i)) {
      count -= 1;
      i += 1;
    }
  }
  return count;
}

/** Part of a text by byte offsets; each byte of a character cut in two becomes U+FFFD. */
export function sliceBytes(text: string, from: number, to: number): string {
  if (isAscii(text)) return text.slice(from, to);
  return decodeBytes(toBytes(text).subarray(from, to));
}

/** Text of a UTF-8 form in which every byte that fits nowhere becomes U+FFFD. */
export function decodeBytes(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = decoder.decode(bytes);
  if (!text.includes('\ufffd')) return text;
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const width = characterWidth(bytes, at);
    parts.push(
      width === 0 ? '\ufffd' : decoder.decode(bytes.subarray(at, at + width)),
    );
    at += Math.max(1, width);
  }
  return parts.join('');
}

/** Byte offset of a UTF-16 index. */
export function byteOffset(text: string, index: number): number {
  return byteLength(text.slice(0, index));
}

/** Order of two texts by their UTF-8 bytes, which is the order of their code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) < rank(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

// Surrogates stand for code points above every other unit.
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function isPair(text: string, i: number): boolean {
  const unit = text.charCodeAt(i);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(i + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

/** Width in bytes of the well-formed character at an offset, 0 when there is none. */
function characterWidth(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  let width = 4;
  if (lead < 0xe0) width = 2;
  else if (lead < 0xf0) width = 3;
  for (let i = 1; i < width; i++) {
    if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1];
  const malformed =
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f);
  return malformed ? 0 : width;
}
