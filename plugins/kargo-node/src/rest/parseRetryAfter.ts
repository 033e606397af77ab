const LONGEST_SECONDS = 24 * 60 * 60;

/**
 * Reads a `Retry-After` field (RFC 9110, 10.2.3): seconds or an HTTP date.
 *
 * @returns Epoch milliseconds, at most a day ahead; `undefined` when the field says nothing usable.
 * @public
 */
export function parseRetryAfter(
  value: string | undefined,
  now: number,
): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const at = /^\d+$/.test(text)
    ? now + Number(text) * 1000
    : parseHttpDate(text);
  if (at === undefined || at < now) return undefined;
  return Math.min(at, now + LONGEST_SECONDS * 1000);
}

function parseHttpDate(text: string): number | undefined {
  // Without a weekday it is no HTTP date, and Date.parse accepts a great deal.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
