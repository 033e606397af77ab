import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-1 of UTF-8 text or bytes as 40 lower-case hex digits; names Freight, never protects anything. */
export function sha1Hex(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('hex');
}

/** SHA-256 of UTF-8 text or bytes as 64 lower-case hex digits. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Whether two hashes are the same; takes as long for any other of the same length. */
export function isSameHash(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
