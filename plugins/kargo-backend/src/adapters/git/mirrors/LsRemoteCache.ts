import {
  isUpstreamUnavailableError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../../ports/Clock';
import { RemoteRefs } from '../../../ports/GitClient';
import { SharedCall } from '../../cache/SharedCall';

/** Asks the remote. */
export type ListRefs = (options: {
  withHead: boolean;
  signal: AbortSignal;
}) => Promise<RemoteRefs>;

interface Outcome {
  /** Until when it answers again, of the monotonic clock. */
  readonly freshUntil: number;
  readonly withHead: boolean;
  /** How many there are. */
  readonly refs: number;
  /** Gives the refs, or throws what the remote's host is to blame for. */
  readonly answer: () => RemoteRefs;
}

interface Running {
  readonly withHead: boolean;
  readonly call: SharedCall<RemoteRefs>;
}

/** What is kept of one remote. */
interface Known {
  readonly last?: Outcome;
  /** HEAD was wanted once; from then on every call lists it, so that one call serves all. */
  readonly wantsHead: boolean;
}

/** The call under way to one remote, and the call after it. */
interface Calls {
  wantsHead: boolean;
  running?: Running;
  next?: Running;
}

/** Lists of refs can be large; these are about 40 MiB. */
const MAX_KEPT_REFS = 200_000;

/**
 * Makes one list of refs serve everybody who asks at about the same time.
 *
 * @remarks
 * An outcome younger than `maxAgeMs` answers again, also when the host did not, and until
 * the time at which the host wants to be asked again, where it names one. A
 * forced caller never gets an outcome of a call that started before its work did, of which
 * all callers have one signal: all that arrive while a call is under way share the one after
 * it.
 */
export class LsRemoteCache {
  readonly #known: LRUCache<string, Known>;
  /** Only remotes that are being asked, so that no call of theirs is forgotten. */
  readonly #calls = new Map<string, Calls>();

  static create(options: {
    maxAgeMs: number;
    maxEntries: number;
    clock: Pick<Clock, 'now' | 'monotonic'>;
  }): LsRemoteCache {
    return new LsRemoteCache(options);
  }

  private constructor(
    private readonly options: {
      readonly maxAgeMs: number;
      readonly maxEntries: number;
      readonly clock: Pick<Clock, 'now' | 'monotonic'>;
    },
  ) {
    this.#known = new LRUCache({
      max: options.maxEntries,
      maxSize: MAX_KEPT_REFS,
      sizeCalculation: ({ last }) => 1 + (last?.refs ?? 0),
    });
  }

  async get(
    key: string,
    list: ListRefs,
    wanted: { withHead: boolean; force: boolean; signal?: AbortSignal },
  ): Promise<RemoteRefs> {
    const known = this.#known.get(key) ?? { wantsHead: false };
    const covers = (other: { withHead: boolean }) =>
      other.withHead || !wanted.withHead;
    const { last } = known;
    const { force, signal } = wanted;
    if (!force && last && this.#isFresh(last) && covers(last)) {
      return last.answer();
    }
    const calls = this.#callsOf(key);
    calls.wantsHead ||= known.wantsHead || wanted.withHead;
    const { running } = calls;
    const isIdle = !running || running.call.isCancelled;
    if (
      !isIdle &&
      covers(running) &&
      (!force || running.call.isNewFor(signal))
    ) {
      return running.call.join(signal);
    }
    if (isIdle) {
      calls.running = this.#start(key, calls, list);
      return calls.running.call.joinNew(signal);
    }
    if (!calls.next || calls.next.call.isCancelled) {
      calls.next = this.#startAfter(key, calls, running, list);
    }
    return calls.next.call.joinNew(signal);
  }

  #callsOf(key: string): Calls {
    const calls = this.#calls.get(key) ?? { wantsHead: false };
    this.#calls.set(key, calls);
    return calls;
  }

  #isFresh({ freshUntil }: Outcome): boolean {
    return this.options.clock.monotonic() < freshUntil;
  }

  #start(
    key: string,
    calls: Calls,
    list: ListRefs,
    begunFor = new WeakSet<AbortSignal>(),
  ): Running {
    const withHead = calls.wantsHead;
    const { clock, maxAgeMs } = this.options;
    const freshUntil = clock.monotonic() + maxAgeMs;
    const keep = (last: Outcome) =>
      this.#known.set(key, { wantsHead: calls.wantsHead, last });
    const running: Running = {
      withHead,
      call: SharedCall.start(async signal => {
        try {
          const refs = await list({ withHead, signal });
          const count = refs.refs.length;
          keep({
            freshUntil,
            withHead,
            refs: count,
            answer: () => refs,
          });
          return refs;
        } catch (error) {
          if (isUpstreamUnavailableError(error)) {
            const answer = () => {
              throw error;
            };
            const { retryAt = 0 } = error as UpstreamUnavailableError;
            const askedUntil = clock.monotonic() + (retryAt - clock.now());
            keep({
              freshUntil: Math.max(freshUntil, askedUntil),
              withHead: true,
              refs: 0,
              answer,
            });
          }
          throw error;
        } finally {
          if (calls.running === running) {
            calls.running = undefined;
            this.#letGo(key, calls);
          }
        }
      }, begunFor),
    };
    return running;
  }

  #startAfter(
    key: string,
    calls: Calls,
    before: Running,
    list: ListRefs,
  ): Running {
    const next: Running = {
      // Whoever asks for HEAD before it starts gets it.
      get withHead() {
        return calls.wantsHead;
      },
      call: SharedCall.start(async signal => {
        // Only its end matters here; who asked for it hears of its failure.
        await before.call.join().catch(() => {});
        if (calls.next === next) {
          calls.next = undefined;
        }
        if (signal.aborted) {
          this.#letGo(key, calls);
          throw signal.reason;
        }
        calls.running = this.#start(key, calls, list, next.call.begunFor);
        return calls.running.call.join(signal);
      }),
    };
    return next;
  }

  #letGo(key: string, calls: Calls): void {
    if (!calls.running && !calls.next && this.#calls.get(key) === calls) {
      this.#calls.delete(key);
    }
  }
}
