import { RE2JS } from 're2js';
import { fail } from './errors';
import type { Meter } from './Meter';
import { patternSize } from './patternSize';
import { withoutGroupNames } from './withoutGroupNames';

const MAX_LENGTH = 10_000;
/**
 * Most instructions of the regular expressions that one expression holds, which are compiled
 * at once, and of one that it makes; each takes one to three microseconds.
 */
export const MAX_PATTERN_SIZE = 10_000;
/** Steps that an instruction takes that is compiled. */
export const STEPS_PER_INSTRUCTION = 40;
/** As many instructions as take the time of compiling the smallest of all. */
const SMALLEST = 10;
const MAX_KNOWN = 500;
/** Most instructions that are kept: each takes a tenth of a kilobyte. */
const MAX_KNOWN_SIZE = 500_000;
const known = new Map<string, Pattern>();
let knownSize = 0;

/** A regular expression of the RE2 dialect; matching takes time linear in the input. */
export class Pattern {
  private constructor(
    private readonly regex: RE2JS,
    /** Steps that are charged for one character of input. */
    private readonly weight: number,
  ) {}

  /** What compiling a pattern takes, in instructions. */
  static sizeOf(source: string): number {
    return SMALLEST + patternSize(source);
  }

  /** Compiles a pattern; throws an error of stage `run` when it is malformed or too large. */
  static compile(source: string, meter?: Meter): Pattern {
    const cached = known.get(source);
    if (cached) return cached;
    if (source.length > MAX_LENGTH) {
      fail('regular-expression', 'the regular expression is too long');
    }
    const size = Pattern.sizeOf(source);
    if (size > MAX_PATTERN_SIZE) {
      fail(
        'regular-expression',
        `the regular expression is too large: ${size} instructions, of ${MAX_PATTERN_SIZE} at most`,
      );
    }
    meter?.step(size * STEPS_PER_INSTRUCTION);
    const pattern = Pattern.read(source);
    if (known.size >= MAX_KNOWN || knownSize + size > MAX_KNOWN_SIZE) {
      known.clear();
      knownSize = 0;
    }
    known.set(source, pattern);
    knownSize += size;
    return pattern;
  }

  private static read(source: string): Pattern {
    try {
      const regex = RE2JS.compile(withoutGroupNames(source));
      return new Pattern(regex, weightOf(regex));
    } catch {
      // The library's message repeats the pattern, which may come from a secret.
      return fail('regular-expression', 'malformed regular expression');
    }
  }

  /** Whether the pattern is found anywhere in the input. */
  test(input: string | Uint8Array, meter: Meter): boolean {
    meter.step(1 + input.length * this.weight);
    return this.regex.matcher(input).find();
  }
}

/**
 * A character mostly takes the same time, and at worst half a step for each instruction. In
 * between lies what leaves room for a common pattern on a long text and for a large pattern on
 * a line.
 */
function weightOf(regex: RE2JS): number {
  return 1 / 16 + regex.programSize() ** 1.3 / 100;
}
