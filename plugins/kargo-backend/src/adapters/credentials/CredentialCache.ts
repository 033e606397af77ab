import {
  isCredentialsRejectedError,
  RepoCredentials,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../ports/Clock';
import { SharedCalls } from '../cache/SharedCalls';
import { wereRefused } from './refusedCredentials';

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

interface Kept {
  readonly outcome: Outcome;
  /** Of the monotonic clock. */
  readonly since: number;
  /** Of the monotonic clock. */
  readonly until: number;
  /** Epoch milliseconds; infinite for what does not expire elsewhere. */
  readonly expiresAt: number;
}

/**
 * Keeps credentials that expire, and lets those who ask for the same at the same time
 * share one exchange.
 *
 * @remarks
 * A caller who gives up does not disturb the others; when the last has given up the
 * exchange is ended, so that nothing outlives its callers. Credentials that do not expire
 * cost nothing to make and are not kept. Those that a host has refused are made anew, as they
 * may have been taken back, unless they were just made.
 */
export class CredentialCache {
  readonly #clock: Clock;
  readonly #running = new SharedCalls<RepoCredentials | undefined>();
  readonly #kept: LRUCache<string, Kept>;

  static create(options: CredentialCacheOptions): CredentialCache {
    return new CredentialCache(options);
  }

  private constructor({ clock, maxEntries = 1000 }: CredentialCacheOptions) {
    this.#clock = clock;
    this.#kept = new LRUCache({ max: maxEntries });
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
    return this.#running.run(key, options.signal, signal =>
      this.#mintAndKeep(key, mint, signal),
    );
  }

  #findKept(key: string): Outcome | undefined {
    const entry = this.#kept.get(key);
    const clock = this.#clock;
    // The one clock may be set back, the other stands still while the machine sleeps.
    const isUsable =
      entry && entry.until > clock.monotonic() && entry.expiresAt > clock.now();
    return isUsable && !this.#isTakenBack(entry) ? entry.outcome : undefined;
  }

  #isTakenBack({ outcome, since }: Kept): boolean {
    return (
      outcome.kind === 'resolved' &&
      outcome.credentials !== undefined &&
      wereRefused(outcome.credentials) &&
      this.#clock.monotonic() - since >= REFUSAL_MS
    );
  }

  async #mintAndKeep(
    key: string,
    mint: Mint,
    signal: AbortSignal,
  ): Promise<RepoCredentials | undefined> {
    try {
      const credentials = await this.#mintInTime(mint, signal);
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
    left: AbortSignal,
  ): Promise<RepoCredentials | undefined> {
    const late = new AbortController();
    const done = new AbortController();
    this.#clock.sleep(MINT_DEADLINE_MS, done.signal).then(
      () =>
        late.abort(
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
    const signal = AbortSignal.any([left, late.signal]);
    try {
      return await Promise.race([
        mint(signal),
        rejectOnAbort(signal, done.signal),
      ]);
    } finally {
      done.abort();
    }
  }

  #keep(key: string, outcome: Outcome): void {
    const { lifeMs, expiresAt } = lifeOf(outcome, this.#clock.now());
    if (lifeMs <= 0) {
      return;
    }
    const since = this.#clock.monotonic();
    this.#kept.set(key, { outcome, since, until: since + lifeMs, expiresAt });
  }
}

function lifeOf(
  outcome: Outcome,
  now: number,
): { lifeMs: number; expiresAt: number } {
  if (outcome.kind === 'resolved' && outcome.credentials) {
    const expiresAt = (outcome.credentials.expiresAt ?? 0) - EXPIRY_MARGIN_MS;
    return { lifeMs: expiresAt - now, expiresAt };
  }
  return { lifeMs: REFUSAL_MS, expiresAt: Infinity };
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
