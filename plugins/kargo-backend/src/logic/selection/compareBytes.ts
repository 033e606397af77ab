/**
 * Orders two texts as their UTF-8 bytes would order, the smaller first.
 *
 * @remarks
 * Kargo compares tags by bytes. JavaScript's `<` compares UTF-16 code units, which puts
 * characters outside the basic plane before the end of it, and `localeCompare` knows
 * languages; both sort some tags differently. Code points order as UTF-8 bytes do.
 */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  let at = 0;
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shared) return a.length - b.length;
  const left = a.charCodeAt(at);
  const right = b.charCodeAt(at);
  // A surrogate is half of a code point that is larger than any single unit.
  const leftIsHalf = isSurrogate(left);
  if (leftIsHalf !== isSurrogate(right)) return leftIsHalf ? 1 : -1;
  return left - right;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
