import { InputError } from '@backstage/errors';
import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Longer texts are no durations; it also bounds the work of the patterns. */
const MAX_LENGTH = 100;

/**
 * A duration in a step's configuration. As in Kargo the pattern may match anywhere, so
 * some texts pass here and are refused by {@link parseGoDuration}.
 */
export const StepDuration = z
  .string()
  .max(MAX_LENGTH)
  .regex(/(?:\d+(ns|us|µs|ms|s|m|h))+/);

/**
 * Milliseconds of a duration in Go's syntax: `10s`, `1.5h`, `1m30s`, `250ms`.
 *
 * @throws InputError when the text is no duration.
 */
export function parseGoDuration(text: string): number {
  if (text === '0') {
    return 0;
  }
  if (text.length > MAX_LENGTH) {
    throw new InputError(
      `a text of ${text.length} characters is not a duration; expected something like "30s", "5m" or "1h30m"`,
    );
  }
  const negative = text.startsWith('-');
  const unsigned = text.replace(/^[+-]/, '');
  let total = 0;
  let length = 0;
  for (const [part, amount, unit] of unsigned.matchAll(PART)) {
    total += Number(amount) * UNIT_MS[unit];
    length += part.length;
  }
  if (length === 0 || length !== unsigned.length) {
    throw new InputError(
      `"${text}" is not a duration; expected something like "30s", "5m" or "1h30m"`,
    );
  }
  return negative ? -total : total;
}

/**
 * Milliseconds of a limit in the same syntax. As in Go, zero and less are no limit, which is
 * `Infinity`.
 *
 * @throws InputError when the text is no duration.
 */
export function parseTimeLimit(text: string): number {
  const milliseconds = parseGoDuration(text);
  return milliseconds > 0 ? milliseconds : Infinity;
}
