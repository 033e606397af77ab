import { HttpHeaders } from '../../ports/HttpClient';

/**
 * A date has whole seconds, and what changed within the same second as it was sent has the
 * same one. A minute is what RFC 9110 §8.8.2.2 used to ask for, as clocks differ.
 */
const SETTLED_MS = 60_000;

/**
 * The headers that ask a server whether what it sent is still the same (RFC 9110 §13);
 * `undefined` when it offers nothing to ask by.
 *
 * @param headers - of the answer that was kept
 */
export function findValidators(
  headers: HttpHeaders,
): Record<string, string> | undefined {
  const etag = headers.etag?.[0];
  if (etag) {
    return { 'if-none-match': etag };
  }
  const lastModified = headers['last-modified']?.[0] ?? '';
  const age = Date.parse(headers.date?.[0] ?? '') - Date.parse(lastModified);
  return age >= SETTLED_MS ? { 'if-modified-since': lastModified } : undefined;
}
