import { randomBytes, randomUUID } from 'node:crypto';
import { Clock } from '../../ports/Clock';

/** Crockford's base 32 in lower case: resource names may not hold capitals. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** A random UUID (version 4, RFC 9562). */
export function createUuid(): string {
  return randomUUID();
}

/**
 * Creates a source of ULIDs: 26 lower-case characters that sort by the time of the
 * clock, and within a millisecond in the order in which they were asked for.
 */
export function createUlidSource(options: {
  clock: Clock;
  /** Random bytes, for tests. */
  random?: (size: number) => Uint8Array;
}): () => string {
  const { clock, random = randomBytes } = options;
  let lastTime = -1;
  let digits: number[] = [];

  return () => {
    const now = Math.floor(clock.now());
    // A clock that steps back must not break the order either.
    if (now > lastTime || !increment(digits)) {
      lastTime = Math.max(now, lastTime + 1);
      digits = Array.from(random(RANDOM_LENGTH), byte => byte % 32);
    }
    return encodeTime(lastTime) + digits.map(d => ALPHABET[d]).join('');
  };
}

function encodeTime(milliseconds: number): string {
  let text = '';
  let rest = milliseconds;
  for (let index = 0; index < TIME_LENGTH; index++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Adds one in place; `false` when all digits were at their highest. */
function increment(digits: number[]): boolean {
  for (let index = digits.length - 1; index >= 0; index--) {
    if (digits[index] < 31) {
      digits[index] += 1;
      return true;
    }
    digits[index] = 0;
  }
  return false;
}
