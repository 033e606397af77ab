import { isUpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { RemoteRefs } from '../../../ports/GitClient';
import { SharedCall } from '../../cache/SharedCall';

/** Asks the remote. */
export type ListRefs = (options: {
  withHead: boolean;
  signal: AbortSignal;
}) => Promise<RemoteRefs>;

interface Outcome {
  readonly startedAt: number;
  readonly withHead: boolean;
  /** Gives the refs, or throws what the remote's host is to blame for. */
  readonly answer: () => RemoteRefs;
}

interface Running {
  readonly withHead: boolean;
  readonly call: SharedCall<RemoteRefs>;
}

/** What is known of one remote: the last outcome, the call under way, the call after it. */
interface Entry {
  last?: Outcome;
  running?: Running;
  next?: Running;
  /** HEAD was wanted once; from then on every call lists it, so that one call serves all. */
  wantsHead: boolean;
}

/**
 * Makes one `ls-remote` serve everybody who asks at about the same time.
 *
 * @remarks
 * An outcome younger than `maxAgeMs` answers again, also when the host did not. A
 * forced caller never gets an outcome of a call that started before it asked: all that
 * arrive while a call is under way share the one after it.
 */
export class LsRemoteCache {
  readonly #entries = new Map<string, Entry>();

  static create(options: {
    maxAgeMs: number;
    maxEntries: number;
    now: () => number;
  }): LsRemoteCache {
    return new LsRemoteCache(options);
  }

  private constructor(
    private readonly options: {
      readonly maxAgeMs: number;
      readonly maxEntries: number;
      readonly now: () => number;
    },
  ) {}

  async get(
    key: string,
    list: ListRefs,
    wanted: { withHead: boolean; force: boolean; signal?: AbortSignal },
  ): Promise<RemoteRefs> {
    const entry = this.#entry(key);
    entry.wantsHead ||= wanted.withHead;
    const covers = (other: { withHead: boolean }) =>
      other.withHead || !wanted.withHead;
    const { last, running } = entry;
    if (!wanted.force && last && this.#isFresh(last) && covers(last)) {
      return last.answer();
    }
    const isIdle = !running || running.call.isCancelled;
    if (!isIdle && !wanted.force && covers(running)) {
      return running.call.join(wanted.signal);
    }
    if (isIdle) {
      entry.running = this.#start(entry, list);
      return entry.running.call.join(wanted.signal);
    }
    if (!entry.next || entry.next.call.isCancelled) {
      entry.next = this.#startAfter(entry, running, list);
    }
    return entry.next.call.join(wanted.signal);
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? { wantsHead: false };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const [other, { last, running }] of this.#entries) {
      if (this.#entries.size > this.options.maxEntries && !running) {
        this.#entries.delete(other);
      } else if (last && !this.#isFresh(last)) {
        // Lists of refs can be large; only the fresh ones are worth their memory.
        this.#entries.get(other)!.last = undefined;
      }
    }
    return entry;
  }

  #isFresh({ startedAt }: Outcome): boolean {
    return this.options.now() - startedAt < this.options.maxAgeMs;
  }

  #start(entry: Entry, list: ListRefs): Running {
    const withHead = entry.wantsHead;
    const startedAt = this.options.now();
    const running: Running = {
      withHead,
      call: SharedCall.start(async signal => {
        try {
          const refs = await list({ withHead, signal });
          entry.last = { startedAt, withHead, answer: () => refs };
          return refs;
        } catch (error) {
          if (isUpstreamUnavailableError(error)) {
            const answer = () => {
              throw error;
            };
            entry.last = { startedAt, withHead: true, answer };
          }
          throw error;
        } finally {
          if (entry.running === running) {
            entry.running = undefined;
          }
        }
      }),
    };
    return running;
  }

  #startAfter(entry: Entry, before: Running, list: ListRefs): Running {
    const next: Running = {
      // Whoever asks for HEAD before it starts gets it.
      get withHead() {
        return entry.wantsHead;
      },
      call: SharedCall.start(async signal => {
        // Only its end matters here; who asked for it hears of its failure.
        await before.call.join().catch(() => {});
        entry.next = undefined;
        signal.throwIfAborted();
        entry.running = this.#start(entry, list);
        return entry.running.call.join(signal);
      }),
    };
    return next;
  }
}
