import { RE2JS } from 're2js';
import { fail } from './errors';
import type { Meter } from './Meter';

const MAX_LENGTH = 10_000;
const MAX_KNOWN = 500;
const known = new Map<string, Pattern>();

/** A regular expression of the RE2 dialect; matching takes time linear in the input. */
export class Pattern {
  private constructor(
    private readonly regex: RE2JS,
    /** Steps that one character of input may cost. */
    private readonly weight: number,
  ) {}

  /** Compiles a pattern; throws an error of stage `run` when it is malformed or too long. */
  static compile(source: string, meter?: Meter): Pattern {
    const cached = known.get(source);
    if (cached) return cached;
    if (source.length > MAX_LENGTH) {
      fail('regular-expression', 'the regular expression is too long');
    }
    meter?.step(source.length * 10);
    const pattern = Pattern.read(source);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(source, pattern);
    return pattern;
  }

  private static read(source: string): Pattern {
    try {
      const regex = RE2JS.compile(source);
      return new Pattern(regex, 1 + regex.programSize() / 100);
    } catch {
      // The library's message repeats the pattern, which may come from a secret.
      return fail('regular-expression', 'malformed regular expression');
    }
  }

  /** Whether the pattern is found anywhere in the input. */
  test(input: string | Uint8Array, meter: Meter): boolean {
    meter.step(1 + (input.length / 16) * this.weight);
    return this.regex.matcher(input).find();
  }
}
