import {
  CredentialsRejectedError,
  RepoCredentials,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { FakeClock } from '../../testing/FakeClock';
import {
  CredentialCache,
  EXPIRY_MARGIN_MS,
  REFUSAL_MS,
} from './CredentialCache';
import { noteRefusal } from './refusedCredentials';

const HOUR_MS = 3_600_000;

/** Counts what it makes, and finishes when it is told. */
class Mint {
  count = 0;
  readonly signals: AbortSignal[] = [];
  #finish: Array<(outcome: RepoCredentials | undefined | Error) => void> = [];

  readonly start = (signal: AbortSignal) => {
    this.count++;
    this.signals.push(signal);
    return new Promise<RepoCredentials | undefined>((resolve, reject) => {
      this.#finish.push(outcome =>
        outcome instanceof Error ? reject(outcome) : resolve(outcome),
      );
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };

  finish(outcome: RepoCredentials | undefined | Error): void {
    this.#finish.shift()?.(outcome);
  }
}

function token(password: string, expiresAt?: number): RepoCredentials {
  return { username: 'u', password: SecretText.of(password), expiresAt };
}

describe('CredentialCache', () => {
  let clock: FakeClock;
  let cache: CredentialCache;

  beforeEach(() => {
    clock = FakeClock.create();
    cache = CredentialCache.create({ clock, maxEntries: 2 });
  });

  /** Asks, lets it be made if necessary, and says which token came back. */
  async function ask(key: string, made: () => RepoCredentials | undefined) {
    let count = 0;
    const found = await cache.get(key, async () => {
      count++;
      return made();
    });
    return { password: found?.password?.reveal(), count };
  }

  it('shares one exchange between those who ask at the same time', async () => {
    const mint = new Mint();
    const asked = [1, 2, 3].map(() => cache.get('a', mint.start));
    await Promise.resolve();
    mint.finish(token('x', clock.now() + HOUR_MS));
    const found = await Promise.all(asked);
    expect(mint.count).toBe(1);
    expect(found.map(f => f?.password?.reveal())).toEqual(['x', 'x', 'x']);
  });

  it.each<[string, number, Error, number]>([
    ['a refusal', REFUSAL_MS, new CredentialsRejectedError('no'), 1],
    [
      'a refusal of what was just made',
      1,
      new CredentialsRejectedError('no'),
      0,
    ],
    ['another failure', REFUSAL_MS, new Error('no'), 0],
  ])(
    'makes credentials anew after %s: %#',
    async (_name, ageMs, error, times) => {
      const made = token('x', clock.now() + HOUR_MS);
      await ask('a', () => made);
      const found = await cache.get('a', async () => undefined);
      await clock.advance(ageMs);
      noteRefusal(error, found);
      const { count } = await ask('a', () => token('x', clock.now() + HOUR_MS));
      expect(count).toBe(times);
      // What was made then has not been refused.
      expect((await ask('a', () => undefined)).count).toBe(0);
    },
  );

  it('shares failures too, and then asks again', async () => {
    const mint = new Mint();
    const asked = [1, 2].map(() => cache.get('a', mint.start));
    asked.forEach(one => one.catch(() => {}));
    await Promise.resolve();
    mint.finish(new Error('down'));
    for (const one of asked) await expect(one).rejects.toThrow('down');
    expect(await ask('a', () => token('x'))).toEqual({
      password: 'x',
      count: 1,
    });
  });

  it('keeps apart what has different keys', async () => {
    const later = clock.now() + HOUR_MS;
    await ask('a', () => token('of a', later));
    expect((await ask('b', () => token('of b', later))).password).toBe('of b');
    expect((await ask('a', () => token('new', later))).password).toBe('of a');
  });

  it.each<[string, number | undefined, number, number]>([
    ['a token at once', HOUR_MS, 0, 0],
    [
      'a token just before the margin',
      HOUR_MS,
      HOUR_MS - EXPIRY_MARGIN_MS - 1,
      0,
    ],
    ['a token within the margin', HOUR_MS, HOUR_MS - EXPIRY_MARGIN_MS, 1],
    ['a token that lives no longer than the margin', EXPIRY_MARGIN_MS, 0, 1],
    ['what does not expire', undefined, 0, 1],
  ])('asks anew for %s (%p, after %p ms): %p', async (_, life, wait, anew) => {
    const expiresAt = life === undefined ? undefined : clock.now() + life;
    await ask('a', () => token('x', expiresAt));
    await clock.advance(wait);
    expect((await ask('a', () => token('y'))).count).toBe(anew);
  });

  it('believes a refusal for half a minute', async () => {
    const refusal = new CredentialsRejectedError('no');
    let count = 0;
    const refused = () =>
      cache.get('a', async () => {
        count++;
        throw refusal;
      });
    await expect(refused()).rejects.toBe(refusal);
    await clock.advance(REFUSAL_MS - 1);
    await expect(refused()).rejects.toBe(refusal);
    expect(count).toBe(1);
    await clock.advance(1);
    await expect(refused()).rejects.toBe(refusal);
    expect(count).toBe(2);
  });

  it('believes a refusal no longer when the clock is set back', async () => {
    const refused = () =>
      cache.get('a', async () => {
        throw new CredentialsRejectedError('no');
      });
    await expect(refused()).rejects.toThrow('no');
    clock.jump(-HOUR_MS);
    await clock.advance(REFUSAL_MS);
    expect((await ask('a', () => token('x'))).count).toBe(1);
  });

  it.each<[string, number, number, number]>([
    ['set back', -HOUR_MS, HOUR_MS - EXPIRY_MARGIN_MS - 1, 0],
    ['set back', -HOUR_MS, HOUR_MS - EXPIRY_MARGIN_MS, 1],
    ['gone on while the machine slept', HOUR_MS, 0, 1],
  ])(
    'lets a token live no longer when the clock is %s',
    async (_, milliseconds, wait, anew) => {
      const expiresAt = clock.now() + HOUR_MS;
      await ask('a', () => token('x', expiresAt));
      clock.jump(milliseconds);
      await clock.advance(wait);
      expect((await ask('a', () => token('y'))).count).toBe(anew);
    },
  );

  it('keeps that there are none for half a minute', async () => {
    await ask('a', () => undefined);
    expect((await ask('a', () => token('x'))).count).toBe(0);
    await clock.advance(REFUSAL_MS);
    expect((await ask('a', () => token('x'))).count).toBe(1);
  });

  it('forgets what was used least recently when it is full', async () => {
    const later = clock.now() + HOUR_MS;
    await ask('a', () => token('a', later));
    await ask('b', () => token('b', later));
    await ask('a', () => token('a', later));
    await ask('c', () => token('c', later));
    expect((await ask('a', () => token('a', later))).count).toBe(0);
    expect((await ask('b', () => token('b', later))).count).toBe(1);
  });

  it('goes on for the others when one gives up', async () => {
    const mint = new Mint();
    const leaver = new AbortController();
    const left = cache.get('a', mint.start, { signal: leaver.signal });
    const stays = cache.get('a', mint.start, {
      signal: new AbortController().signal,
    });
    left.catch(() => {});
    await Promise.resolve();
    leaver.abort(new Error('stopped'));
    await expect(left).rejects.toThrow('stopped');
    expect(mint.signals[0].aborted).toBe(false);
    mint.finish(token('x', clock.now() + HOUR_MS));
    expect((await stays)?.password?.reveal()).toBe('x');
    expect(mint.count).toBe(1);
  });

  it('ends the exchange when all have given up, and starts anew for the next', async () => {
    const mint = new Mint();
    const leaver = new AbortController();
    const left = cache.get('a', mint.start, { signal: leaver.signal });
    left.catch(() => {});
    await Promise.resolve();
    leaver.abort(new Error('stopped'));
    await expect(left).rejects.toThrow('stopped');
    expect(mint.signals[0].aborted).toBe(true);
    const next = cache.get('a', mint.start);
    await Promise.resolve();
    expect(mint.count).toBe(2);
    mint.finish(undefined);
    mint.finish(token('x'));
    expect((await next)?.password?.reveal()).toBe('x');
    expect(clock.sleepers).toBe(0);
  });

  it('ends an exchange that takes too long', async () => {
    const never = cache.get('a', () => new Promise(() => {}));
    never.catch(() => {});
    await clock.advance(180_000);
    await expect(never).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
    });
    expect(await ask('a', () => token('x'))).toMatchObject({ count: 1 });
    expect(clock.sleepers).toBe(0);
  });

  it('does not start for a caller that has stopped', async () => {
    const mint = new Mint();
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(cache.get('a', mint.start, { signal })).rejects.toThrow(
      'stopped',
    );
    expect(mint.count).toBe(0);
  });
});
