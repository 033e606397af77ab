/** A point in time as nanoseconds since 1970-01-01T00:00:00Z; a `Date` would drop what orders builds. */
export type Instant = bigint;

/** The first moment of year 1, which stands for "no time is known" and sorts before every real one. */
export const ZERO_INSTANT: Instant = -62_135_596_800_000_000_000n;

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

const NANOS_PER_SECOND = 1_000_000_000n;
const DAYS_BEFORE_1970 = 719_162;

/**
 * Reads a strict RFC 3339 timestamp, or returns `undefined`. Fractions finer than a
 * nanosecond are cut.
 */
export function findInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map(Number);
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  const isValid =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    offsetHours <= 23 &&
    offsetMinutes <= 59;
  if (!isValid) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * 60;
  const seconds =
    daysSinceEpoch(year, month, day) * 86_400 +
    (hour * 60 + minute) * 60 +
    second -
    (match[8] === '-' ? -offset : offset);
  const nanos = (match[7] ?? '').slice(0, 9).padEnd(9, '0');
  return BigInt(seconds) * NANOS_PER_SECOND + BigInt(nanos);
}

/** Formats an instant as RFC 3339 in UTC with second precision, fractions cut. */
export function formatInstant(instant: Instant): string {
  const cut = instant % NANOS_PER_SECOND;
  const whole = instant - (cut < 0n ? cut + NANOS_PER_SECOND : cut);
  const date = new Date(Number(whole / 1_000_000n));
  return date.toISOString().replace('.000Z', 'Z');
}

/** Orders instants, the earlier first. */
export function compareInstants(a: Instant, b: Instant): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

// Not Date.UTC, which reads years below 100 as 19xx.
function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  let days =
    before * 365 +
    Math.floor(before / 4) -
    Math.floor(before / 100) +
    Math.floor(before / 400);
  for (let m = 1; m < month; m++) days += daysInMonth(year, m);
  return days + day - 1 - DAYS_BEFORE_1970;
}
