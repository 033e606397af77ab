import { NotAllowedError } from '@backstage/errors';
import { compare } from 'bcryptjs';
import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { Clock } from '../../ports/Clock';
import { Ids } from '../../ports/Ids';

/** The admin account as it is configured. */
export interface AdminAccountConfig {
  /** A bcrypt hash. */
  passwordHash: string;
  /** What tokens are signed with. */
  tokenSigningKey: string;
  /** How long a token is good, in milliseconds. */
  tokenTtlMs: number;
}

/** Somebody guesses passwords. */
class TooManyLoginsError extends Error {
  override readonly name = 'TooManyLoginsError';

  constructor(
    /** Whole seconds until it may be tried again. */
    readonly retryAfterSeconds: number,
  ) {
    super(`Too many wrong passwords. Try again in ${retryAfterSeconds} s`);
  }
}

/** Who says so in a token, and for whom. */
const ISSUER = 'kargo';
const SUBJECT = 'admin';

/** Wrong passwords within the window, after which nobody may try before it is over. */
const MAX_FAILURES = 10;
const WINDOW_MS = 60_000;

/**
 * The one account of Kargo's own: a password for those who set a portal up. Off unless it
 * is configured.
 */
export class AdminAccount {
  /** When, by a clock that nobody sets. */
  private readonly failures: number[] = [];
  private readonly key: Uint8Array;

  static create(
    config: AdminAccountConfig,
    services: { clock: Clock; ids: Ids },
  ): AdminAccount {
    return new AdminAccount(config, services.clock, services.ids);
  }

  private constructor(
    private readonly config: AdminAccountConfig,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    this.key = new TextEncoder().encode(config.tokenSigningKey);
  }

  /**
   * Answers a token for the password.
   *
   * @throws NotAllowedError for a wrong one; TooManyLoginsError after too many
   */
  async login(password: string): Promise<string> {
    const tried = this.clock.monotonic();
    this.demandPatience(tried);
    // It counts before it is checked, or many at once would all be tried.
    this.failures.push(tried);
    if (!(await compare(password, this.config.passwordHash))) {
      throw new NotAllowedError('invalid password');
    }
    this.failures.splice(this.failures.indexOf(tried), 1);
    const seconds = Math.floor(this.clock.now() / 1000);
    return new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(SUBJECT)
      .setJti(this.ids.uuid())
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(seconds + Math.floor(this.config.tokenTtlMs / 1000))
      .sign(this.key);
  }

  /** Whether a token says that this account issued it; nothing is proved by that. */
  static isIssuerOf(token: string): boolean {
    try {
      return decodeJwt(token).iss === ISSUER;
    } catch {
      // Whatever is no JWT is not ours.
      return false;
    }
  }

  /** When a token of this account ends, in milliseconds; `undefined` when it is not good. */
  async verify(token: string): Promise<number | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: ISSUER,
        subject: SUBJECT,
        requiredClaims: ['exp'],
        currentDate: new Date(this.clock.now()),
      });
      return payload.exp! * 1000;
    } catch {
      // Why is for nobody to know who has to be told that it is not.
      return undefined;
    }
  }

  private demandPatience(now: number): void {
    while (this.failures.length > 0 && this.failures[0] <= now - WINDOW_MS) {
      this.failures.shift();
    }
    if (this.failures.length >= MAX_FAILURES) {
      throw new TooManyLoginsError(
        Math.ceil((this.failures[0] + WINDOW_MS - now) / 1000),
      );
    }
  }
}
