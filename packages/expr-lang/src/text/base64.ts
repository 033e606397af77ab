import { decodeBytes } from './utf8';

/** Encodes bytes with the standard alphabet and padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // Calls take a bounded number of arguments.
  for (let i = 0; i < bytes.length; i += 8190) {
    parts.push(String.fromCharCode(...bytes.subarray(i, i + 8190)));
  }
  return btoa(parts.join(''));
}

/** Decodes a padded base64 text of the standard alphabet to text, tolerating line breaks; undefined when malformed. */
export function decodeBase64(encoded: string): string | undefined {
  const clean = encoded.replace(/[\r\n]/g, '');
  const wellFormed =
    clean.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(clean);
  if (!wellFormed) return undefined;
  const raw = atob(clean);
  return decodeBytes(Uint8Array.from(raw, unit => unit.charCodeAt(0)));
}
