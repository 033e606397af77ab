const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

/**
 * Orders keys as people count: `a2` before `a10`, upper case before lower case, letters
 * after everything else.
 *
 * @remarks
 * The first difference decides. Two letters go by their code points; of a letter and
 * something else the letter is greater, unless a number has just ended there (`1a` before
 * `12`). Otherwise the numbers that start there are compared, then their lengths.
 */
export function compareNaturally(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    if (left[i] !== right[i]) {
      return compareFrom(left, right, i);
    }
  }
  return left.length - right.length;
}

function compareFrom(left: string[], right: string[], i: number): number {
  const isLetter = LETTER.test(left[i]);
  if (isLetter !== LETTER.test(right[i])) {
    const isInNumber = i > 0 && DIGIT.test(left[i - 1]);
    return isLetter === isInNumber ? -1 : 1;
  }
  if (isLetter) {
    return byCodePoint(left[i], right[i]);
  }
  const a = digitsAt(left, i);
  const b = digitsAt(right, i);
  return (
    compareNumbers(a, b, hasNumberBefore(left, i)) ||
    a.length - b.length ||
    byCodePoint(left[i], right[i])
  );
}

/** Zeros count only inside of a number that has begun before. */
function compareNumbers(a: string, b: string, isInside: boolean): number {
  const left = isInside ? a : withoutZeros(a);
  const right = isInside ? b : withoutZeros(b);
  return left.length - right.length || (left < right ? -1 : +(left > right));
}

function hasNumberBefore(characters: string[], i: number): boolean {
  let at = i - 1;
  while (at >= 0 && DIGIT.test(characters[at])) {
    if (characters[at] !== '0') {
      return true;
    }
    at--;
  }
  return false;
}

function digitsAt(characters: string[], start: number): string {
  let end = start;
  while (end < characters.length && /^[0-9]$/.test(characters[end])) {
    end++;
  }
  return characters.slice(start, end).join('');
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+/, '');
}

function byCodePoint(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return (a.codePointAt(0) ?? 0) < (b.codePointAt(0) ?? 0) ? -1 : 1;
}
