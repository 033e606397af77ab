const CHUNKS = /\d+|\D/gu;

/**
 * Orders texts by letters (case-sensitive), with numbers in them by their value: `a2`
 * before `a10`.
 */
export function compareNaturally(a: string, b: string): number {
  const left = a.match(CHUNKS) ?? [];
  const right = b.match(CHUNKS) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareChunks(left[i], right[i]);
    if (order !== 0) {
      return order;
    }
  }
  return left.length - right.length;
}

function compareChunks(a: string, b: string): number {
  const isNumeric = /^\d/.test(a) && /^\d/.test(b);
  if (isNumeric) {
    const difference = BigInt(a) - BigInt(b);
    if (difference !== 0n) {
      return difference < 0n ? -1 : 1;
    }
  }
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
