import { z } from 'zod';

const DURATION_PATTERN = /^([0-9]+(\.[0-9]+)?(s|m|h))+$/;
const PART = /([0-9]+(?:\.[0-9]+)?)(h|m|s)/g;
const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1_000 } as const;

/**
 * A duration as manifests write it: `5m0s`, `1h30m`, `0.5h`. Bare numbers, signs,
 * days and milliseconds are refused, as Kargo's own schema refuses them.
 *
 * @public
 */
export const DurationString = z.string().regex(DURATION_PATTERN, {
  error: 'expected a duration such as "30s", "5m" or "1h30m"',
});

/**
 * Milliseconds of a duration string.
 *
 * @throws Error when the text is not a {@link DurationString}.
 * @public
 */
export function durationToMilliseconds(text: string): number {
  if (!DURATION_PATTERN.test(text)) {
    throw new Error(
      `Expected a duration such as "30s", "5m" or "1h30m", got '${text}'`,
    );
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return total;
}

/**
 * The stored form of a duration: `1h0m0s`, `40m0s`, `5s`. Sub-second parts are kept
 * as a fraction of the seconds.
 *
 * @public
 */
export function formatDuration(milliseconds: number): string {
  const hours = Math.floor(milliseconds / UNIT_MS.h);
  const minutes = Math.floor((milliseconds % UNIT_MS.h) / UNIT_MS.m);
  const seconds = (milliseconds % UNIT_MS.m) / UNIT_MS.s;
  if (hours > 0) {
    return `${hours}h${minutes}m${seconds}s`;
  }
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
