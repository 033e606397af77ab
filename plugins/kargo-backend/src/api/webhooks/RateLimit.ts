import { Clock } from '../../ports/Clock';

/** How much is allowed. */
export interface Rate {
  /** Requests at once, after a silence. */
  burst: number;
  /** Requests a second, in the long run. */
  perSecond: number;
}

/** Keys that are remembered; a few more, and whoever has been silent is forgotten. */
const MAX_KEYS = 10_000;

interface Bucket {
  tokens: number;
  /** On the clock that never jumps. */
  filledAt: number;
}

/** Allows so many requests a second by key, and a burst of more. Of this replica alone. */
export class RateLimit {
  /** Whoever has been silent for the longest comes first. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly rate: Rate,
  ) {}

  /** Seconds until the next request is taken; 0 when this one is. */
  take(key: string): number {
    const now = this.clock.monotonic();
    const bucket = this.fill(key, now);
    if (bucket.tokens < 1) {
      return Math.ceil((1 - bucket.tokens) / this.rate.perSecond);
    }
    bucket.tokens -= 1;
    return 0;
  }

  /** Gives back what a request took. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket) {
      bucket.tokens = Math.min(this.rate.burst, bucket.tokens + 1);
    }
  }

  private fill(key: string, now: number): Bucket {
    const { burst, perSecond } = this.rate;
    const known = this.buckets.get(key);
    const bucket = known ?? { tokens: burst, filledAt: now };
    const gained = ((now - bucket.filledAt) / 1000) * perSecond;
    bucket.tokens = Math.min(burst, bucket.tokens + gained);
    bucket.filledAt = now;
    if (known) {
      this.buckets.delete(key);
    } else {
      this.makeRoom(now);
    }
    this.buckets.set(key, bucket);
    return bucket;
  }

  /** A full bucket is as good as none. */
  private makeRoom(now: number): void {
    if (this.buckets.size < MAX_KEYS) {
      return;
    }
    const { burst, perSecond } = this.rate;
    const fullAfterMs = (burst / perSecond) * 1000;
    for (const [key, { filledAt }] of this.buckets) {
      if (now - filledAt < fullAfterMs) {
        return;
      }
      this.buckets.delete(key);
    }
  }
}
