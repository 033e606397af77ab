import { Clock } from '../../ports/Clock';

/** Requests at once, after a silence. */
const BURST = 100;
/** Requests a second, in the long run. */
const PER_SECOND = 10;
/** Keys that are remembered; a few more, and whoever has been silent is forgotten. */
const MAX_KEYS = 10_000;

interface Bucket {
  tokens: number;
  /** On the clock that never jumps. */
  filledAt: number;
}

/** Allows so many requests a second by key, and a burst of more. Of this replica alone. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /** Seconds until the next request is taken; 0 when this one is. */
  take(key: string): number {
    const now = this.clock.monotonic();
    const bucket = this.fill(key, now);
    if (bucket.tokens < 1) {
      return Math.ceil((1 - bucket.tokens) / PER_SECOND);
    }
    bucket.tokens -= 1;
    return 0;
  }

  private fill(key: string, now: number): Bucket {
    const known = this.buckets.get(key);
    const bucket = known ?? { tokens: BURST, filledAt: now };
    const gained = ((now - bucket.filledAt) / 1000) * PER_SECOND;
    bucket.tokens = Math.min(BURST, bucket.tokens + gained);
    bucket.filledAt = now;
    if (!known) {
      this.makeRoom(now);
      this.buckets.set(key, bucket);
    }
    return bucket;
  }

  /** A full bucket is as good as none. */
  private makeRoom(now: number): void {
    if (this.buckets.size < MAX_KEYS) {
      return;
    }
    const fullAfterMs = (BURST / PER_SECOND) * 1000;
    for (const [key, { filledAt }] of this.buckets) {
      if (now - filledAt >= fullAfterMs) {
        this.buckets.delete(key);
      }
    }
  }
}
