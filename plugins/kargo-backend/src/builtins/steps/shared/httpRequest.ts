import { z } from 'zod';

/** A name and a value: a header field or a parameter of a query. */
export const HttpField = z.strictObject({
  name: z.string().min(1),
  value: z.string().min(1),
});
type Field = z.output<typeof HttpField>;

// The transport sets them; what a user says has no effect in Kargo either.
const TRANSPORT_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Header fields as a request takes them. */
export function toHeaders(
  fields: readonly Field[],
): (readonly [string, string])[] {
  return fields
    .filter(({ name }) => !TRANSPORT_HEADERS.has(name.toLowerCase()))
    .map(({ name, value }) => [name, inBytes(value)] as const);
}

/** As what carries headers takes bytes: a character for each. */
function inBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * A URL that can be asked.
 *
 * @throws Error for anything else; the message does not repeat it.
 */
export function parseURL(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    // The text may hold a token.
    throw new Error('the URL must be a valid http:// or https:// URL');
  }
  return url;
}

/** Given parameters join those of the URL; then all are sorted by name and written anew. */
export function withQuery(url: URL, params: readonly Field[]): URL {
  if (params.length === 0) {
    return url;
  }
  const query = new URLSearchParams(url.search);
  params.forEach(({ name, value }) => query.append(name, value));
  query.sort();
  const target = new URL(url);
  target.search = [...query]
    .map(([name, value]) => `${encodeQuery(name)}=${encodeQuery(value)}`)
    .join('&');
  return target;
}

function encodeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(
      /[!*'()]/g,
      mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    .replace(/%20/g, '+');
}
