import { LRUCache } from 'lru-cache';

/** How long an address is believed, in milliseconds. */
const TTL_MS = 60_000;
const MOST = 1_000;

/**
 * Remembers the addresses of users for a while, and for as long as asking again fails: who was
 * known before the catalog went away is known until it is back.
 *
 * @param find - asks the catalog
 * @returns a function that rejects for somebody who is not known while asking fails
 */
export function rememberedEmails(
  find: (userEntityRef: string) => Promise<string | undefined>,
  { ttlMs = TTL_MS } = {},
): (userEntityRef: string) => Promise<string | undefined> {
  const emails = new LRUCache<string, { email?: string }>({
    max: MOST,
    ttl: ttlMs,
    fetchMethod: async (ref, known) => {
      try {
        const email = await find(ref);
        return { ...(email && { email }) };
      } catch (error) {
        if (known) return known;
        throw error;
      }
    },
  });
  return async ref => (await emails.fetch(ref))?.email;
}
