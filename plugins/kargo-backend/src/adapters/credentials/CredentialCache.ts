import {
  isCredentialsRejectedError,
  RepoCredentials,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { Clock } from '../../ports/Clock';

/** What a {@link CredentialCache} needs. */
export interface CredentialCacheOptions {
  clock: Clock;
  /** Most answers that are kept; 1,000 unless told. */
  maxEntries?: number;
}

/** Makes credentials anew; the signal fires when nobody waits for them any more. */
export type Mint = (
  signal: AbortSignal,
) => Promise<RepoCredentials | undefined>;

/** A token that is about to expire may expire on its way, or in a long clone. */
export const EXPIRY_MARGIN_MS = 5 * 60_000;

/** How long a refusal is believed, so that a bad Secret does not storm the service. */
export const REFUSAL_MS = 30_000;

const MINT_DEADLINE_MS = 3 * 60_000;

type Outcome =
  | { kind: 'resolved'; credentials: RepoCredentials | undefined }
  | { kind: 'refused'; error: unknown };

interface Running {
  promise: Promise<RepoCredentials | undefined>;
  controller: AbortController;
  waiting: number;
}

/**
 * Keeps credentials that expire, and lets those who ask for the same at the same time
 * share one exchange.
 *
 * @remarks
 * A caller who gives up does not disturb the others; when the last has given up the
 * exchange is ended, so that nothing outlives its callers. Credentials that do not expire
 * cost nothing to make and are not kept.
 */
export class CredentialCache {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #running = new Map<string, Running>();
  /** Least recently used first. */
  readonly #kept = new Map<string, { outcome: Outcome; until: number }>();

  static create(options: CredentialCacheOptions): CredentialCache {
    return new CredentialCache(options);
  }

  private constructor({ clock, maxEntries = 1000 }: CredentialCacheOptions) {
    this.#clock = clock;
    this.#maxEntries = maxEntries;
  }

  /** @param key - A hash: keys stay in memory longer than the secrets they stand for. */
  async get(
    key: string,
    mint: Mint,
    options: { signal?: AbortSignal } = {},
  ): Promise<RepoCredentials | undefined> {
    options.signal?.throwIfAborted();
    const kept = this.#findKept(key);
    if (kept?.kind === 'refused') {
      throw kept.error;
    }
    if (kept) {
      return kept.credentials;
    }
    const running = this.#running.get(key) ?? this.#start(key, mint);
    return this.#join(running, options.signal);
  }

  #findKept(key: string): Outcome | undefined {
    const entry = this.#kept.get(key);
    this.#kept.delete(key);
    if (!entry || entry.until <= this.#clock.now()) {
      return undefined;
    }
    this.#kept.set(key, entry);
    return entry.outcome;
  }

  #start(key: string, mint: Mint): Running {
    const controller = new AbortController();
    const running: Running = {
      promise: this.#mintAndKeep(key, mint, controller),
      controller,
      waiting: 0,
    };
    const forget = () => {
      if (this.#running.get(key) === running) {
        this.#running.delete(key);
      }
    };
    this.#running.set(key, running);
    // Whoever waits hears of a failure; when all have left there is nobody to tell.
    running.promise.then(forget, forget);
    // The next to ask must not join an exchange that is being given up.
    controller.signal.addEventListener('abort', forget);
    return running;
  }

  async #mintAndKeep(
    key: string,
    mint: Mint,
    controller: AbortController,
  ): Promise<RepoCredentials | undefined> {
    try {
      const credentials = await this.#mintInTime(mint, controller);
      this.#keep(key, { kind: 'resolved', credentials });
      return credentials;
    } catch (error) {
      if (isCredentialsRejectedError(error)) {
        this.#keep(key, { kind: 'refused', error });
      }
      throw error;
    }
  }

  async #mintInTime(
    mint: Mint,
    controller: AbortController,
  ): Promise<RepoCredentials | undefined> {
    const done = new AbortController();
    this.#clock.sleep(MINT_DEADLINE_MS, done.signal).then(
      () =>
        controller.abort(
          new UpstreamUnavailableError(
            'the credential service',
            `No credentials were given within ${
              MINT_DEADLINE_MS / 1000
            } seconds`,
          ),
        ),
      () => {
        // Ended in time.
      },
    );
    try {
      return await Promise.race([
        mint(controller.signal),
        rejectOnAbort(controller.signal, done.signal),
      ]);
    } finally {
      done.abort();
    }
  }

  async #join(
    running: Running,
    signal: AbortSignal | undefined,
  ): Promise<RepoCredentials | undefined> {
    running.waiting++;
    const left = new AbortController();
    try {
      return await Promise.race([
        running.promise,
        ...(signal ? [rejectOnAbort(signal, left.signal)] : []),
      ]);
    } finally {
      left.abort();
      running.waiting--;
      if (running.waiting === 0) {
        running.controller.abort(signal?.reason);
      }
    }
  }

  #keep(key: string, outcome: Outcome): void {
    const now = this.#clock.now();
    const until = usableUntil(outcome, now);
    if (until <= now) {
      return;
    }
    this.#kept.set(key, { outcome, until });
    if (this.#kept.size > this.#maxEntries) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
  }
}

function usableUntil(outcome: Outcome, now: number): number {
  if (outcome.kind === 'resolved' && outcome.credentials) {
    return (outcome.credentials.expiresAt ?? 0) - EXPIRY_MARGIN_MS;
  }
  return now + REFUSAL_MS;
}

function rejectOnAbort(
  signal: AbortSignal,
  until: AbortSignal,
): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), {
      once: true,
      signal: until,
    });
  });
}
