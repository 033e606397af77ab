import { LRUCache } from 'lru-cache';
import { Clock } from '../../ports/Clock';

const KEPT_MS = 300_000;
const MAX_KEPT = 5_000;

/**
 * What pull requests wait for, as of some minutes ago.
 *
 * @remarks
 * Hosts allow a token some thousand requests an hour, and a hundred open pull requests that
 * are looked at twice a minute with their reviews and checks would use them up.
 */
export class PullRequestExplanations {
  readonly #known: LRUCache<string, { reasons: string[]; at: number }>;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {
    this.#known = new LRUCache({ max: MAX_KEPT });
  }

  async get(key: string, find: () => Promise<string[]>): Promise<string[]> {
    const known = this.#known.get(key);
    if (known && this.clock.monotonic() - known.at < KEPT_MS) {
      return known.reasons;
    }
    const reasons = await find();
    this.#known.set(key, { reasons, at: this.clock.monotonic() });
    return reasons;
  }
}
