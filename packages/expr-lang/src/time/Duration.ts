import { Boxed } from '../values';

const MICROSECOND = 1000n;
const MILLISECOND = 1_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', MICROSECOND],
  ['µs', MICROSECOND],
  ['μs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);
const TERM = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y;
// More text than the longest sensible duration; it keeps the arithmetic small.
const MAX_TEXT = 200;

/** A span of time in whole nanoseconds, 64 bits. @public */
export class Duration extends Boxed {
  readonly boxed = 'duration';
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = BigInt.asIntN(64, nanoseconds);
  }

  /** Parses texts such as `1h30m` or `-1.5s`; undefined when the text is none. */
  static parse(text: string): Duration | undefined {
    if (text.length > MAX_TEXT) return undefined;
    const negative = text.startsWith('-');
    const body = /^[+-]/.test(text) ? text.slice(1) : text;
    if (body === '0') return new Duration(0n);
    let total = 0n;
    let at = 0;
    while (at < body.length || at === 0) {
      TERM.lastIndex = at;
      const term = TERM.exec(body);
      if (!term || (!term[1] && !term[2])) return undefined;
      total += scaled(term[1], term[2] ?? '', UNITS.get(term[3]) ?? 0n);
      at += term[0].length;
    }
    const signed = negative ? -total : total;
    return BigInt.asIntN(64, signed) === signed
      ? new Duration(signed)
      : undefined;
  }

  /** The duration in (fractional) units of so many nanoseconds. */
  inUnits(unit: bigint): number {
    return (
      Number(this.nanoseconds / unit) +
      Number(this.nanoseconds % unit) / Number(unit)
    );
  }

  hours(): number {
    return this.inUnits(HOUR);
  }

  minutes(): number {
    return this.inUnits(MINUTE);
  }

  seconds(): number {
    return this.inUnits(SECOND);
  }

  milliseconds(): bigint {
    return this.nanoseconds / MILLISECOND;
  }

  microseconds(): bigint {
    return this.nanoseconds / MICROSECOND;
  }

  /** Rounds toward zero to a multiple of `unit`; a unit of zero or less changes nothing. */
  truncate(unit: Duration): Duration {
    if (unit.nanoseconds <= 0n) return this;
    return new Duration(
      this.nanoseconds - (this.nanoseconds % unit.nanoseconds),
    );
  }

  /** Rounds to the nearest multiple of `unit`, halves away from zero. */
  round(unit: Duration): Duration {
    const step = unit.nanoseconds;
    if (step <= 0n) return this;
    const rest = this.nanoseconds % step;
    const down = this.nanoseconds - rest;
    const magnitude = rest < 0n ? -rest : rest;
    if (magnitude * 2n < step) return new Duration(down);
    return saturated(this.nanoseconds < 0n ? down - step : down + step);
  }

  /** Distance from zero; the smallest duration becomes the largest. */
  abs(): Duration {
    return saturated(
      this.nanoseconds < 0n ? -this.nanoseconds : this.nanoseconds,
    );
  }

  /** Text such as `1h30m0s`, `1.5ms` or `0s`. */
  toString(): string {
    const negative = this.nanoseconds < 0n;
    const n = negative ? -this.nanoseconds : this.nanoseconds;
    const sign = negative ? '-' : '';
    if (n === 0n) return '0s';
    if (n < MICROSECOND) return `${sign}${n}ns`;
    if (n < MILLISECOND) return `${sign}${decimal(n, MICROSECOND)}µs`;
    if (n < SECOND) return `${sign}${decimal(n, MILLISECOND)}ms`;
    const hours = n / HOUR;
    const minutes = (n % HOUR) / MINUTE;
    const seconds = `${decimal(n % MINUTE, SECOND)}s`;
    if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
    return minutes > 0n ? `${sign}${minutes}m${seconds}` : sign + seconds;
  }
}

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

function saturated(nanoseconds: bigint): Duration {
  if (nanoseconds > MAX) return new Duration(MAX);
  return new Duration(nanoseconds < MIN ? MIN : nanoseconds);
}

function scaled(whole: string, fraction: string, unit: bigint): bigint {
  const part = BigInt(fraction || '0') * unit;
  return BigInt(whole || '0') * unit + part / 10n ** BigInt(fraction.length);
}

function decimal(n: bigint, unit: bigint): string {
  const whole = n / unit;
  const digits = String(unit).length - 1;
  const fraction = String(n % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction ? `${whole}.${fraction}` : `${whole}`;
}
