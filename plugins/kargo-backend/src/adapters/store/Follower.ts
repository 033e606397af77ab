import { Clock } from '../../ports/Clock';
import { Change } from './Change';

/** What a watch wants to hear of. */
export interface Interest {
  kind: string;
  /** Absent: all namespaces. */
  namespace?: string;
  /** Absent: all names. */
  names?: readonly string[];
}

/** How much may wait for one watch: beyond, it reads the history at its own pace. */
const MOST_PENDING = 500;
const MOST_PENDING_BYTES = 4 * 1024 * 1024;

/**
 * The place of one watch in the feed.
 *
 * @remarks
 * It is *live* from a revision on: changes after it are handed to it. What came before
 * is read from the table. When more waits than may, everything that waits is dropped and
 * it becomes live anew from the newest revision, so that a watch that nobody reads costs
 * a position.
 */
export class Follower {
  #liveFrom: number;
  #pending: Change[] = [];
  #pendingBytes = 0;
  #failure?: Error;
  #wake?: () => void;

  constructor(
    readonly interest: Interest,
    head: number,
    private readonly leave: (follower: Follower) => void,
  ) {
    this.#liveFrom = head;
  }

  /** Changes after this revision are handed over; who is not there yet reads the table. */
  get liveFrom(): number {
    return this.#liveFrom;
  }

  /** Hands over what waits, oldest first. */
  take(): Change[] {
    if (this.#failure) {
      throw this.#failure;
    }
    const taken = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    return taken;
  }

  /** Called by the feed, in the order of revisions. */
  push(change: Change): void {
    this.#pending.push(change);
    this.#pendingBytes += change.bytes;
    if (
      this.#pending.length > MOST_PENDING ||
      this.#pendingBytes > MOST_PENDING_BYTES
    ) {
      this.restart(change.revision);
    }
    this.#wake?.();
  }

  /** Drops what waits: everything up to a revision is to be read from the table. */
  restart(head: number): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#liveFrom = head;
    this.#wake?.();
  }

  /** Makes {@link Follower.take} throw. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  /** Resolves when there may be something to take, when the time is over, or the signal fires. */
  async wait(
    clock: Clock,
    options: { milliseconds: number; signal: AbortSignal; after: number },
  ): Promise<void> {
    const { milliseconds, signal, after } = options;
    const isBehind = after < this.#liveFrom;
    if (this.#pending.length > 0 || isBehind || this.#failure) {
      return;
    }
    const woken = new AbortController();
    this.#wake = () => woken.abort('woken');
    signal.addEventListener('abort', this.#wake, { once: true });
    try {
      if (!signal.aborted) {
        await clock.sleep(milliseconds, woken.signal);
      }
    } catch (error) {
      // Woken early is what we wait for; anything else is not ours to hide.
      if (!woken.signal.aborted) {
        throw error;
      }
    } finally {
      signal.removeEventListener('abort', this.#wake);
      this.#wake = undefined;
    }
  }

  /** Ends it. To be called by whoever was given it. */
  close(): void {
    this.#pending = [];
    this.leave(this);
  }
}
