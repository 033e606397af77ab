import { isIP } from 'node:net';
import {
  RepoCredentials,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { Clock } from '../../ports/Clock';
import { HttpHeaders, HttpRequest, HttpResponse } from '../../ports/HttpClient';
import { LRUCache } from 'lru-cache';
import { SharedCalls } from '../cache/SharedCalls';
import { guardedKindOf } from '../http/EgressPolicy';
import { Challenge, findChallenge } from './challenge';
import {
  basicAuthorization,
  credentialFingerprint,
} from '../http/credentialFingerprint';

type BearerChallenge = Extract<Challenge, { scheme: 'bearer' }>;

/** What a token or password is wanted for. */
export interface AuthSubject {
  host: string;
  /** Scheme that the registry itself is spoken to with. */
  protocol: string;
  /** Repository as it stands in requests. */
  name: string;
  /** Kind of request; some registries want another scope for listing than for pulling. */
  operation: string;
  credentials?: RepoCredentials;
  insecureSkipTLSVerify?: boolean;
  signal?: AbortSignal;
}

/** What a request proves with who asks. */
export interface Proof {
  /** Absent for a stranger. */
  authorization?: string;
  /** The endpoint that just gave no token, and why. */
  failed?: { challenge: BearerChallenge; error: unknown };
}

/** What {@link RegistryAuth} needs. */
export interface RegistryAuthOptions {
  clock: Clock;
  /** Sends a request to a token endpoint; throws on any answer but success. */
  sendTokenRequest(
    request: HttpRequest,
    subject: AuthSubject,
  ): Promise<HttpResponse>;
}

interface Token {
  readonly value: string;
  /** Of the monotonic clock: what the issuer tells is how long it lives. */
  readonly usableUntil: number;
}

const TokenBody = z.object({
  token: z.string().min(1).optional().catch(undefined),
  access_token: z.string().min(1).optional().catch(undefined),
  expires_in: z.number().positive().optional().catch(undefined),
});

/** What a token lives when its issuer does not say, by the distribution specification. */
const DEFAULT_LIFETIME_SECONDS = 60;
const MAX_TOKEN_BYTES = 64 * 1024;

/**
 * Proves identity to registries: remembers how each host wants to be asked, and keeps
 * tokens until shortly before they expire.
 *
 * @remarks
 * Tokens are kept by host, repository, scopes and credentials; those of one tenant are
 * never sent for another. What a host said whose certificate was not checked counts for those
 * alone who do not want it checked: anybody may have said it.
 */
export class RegistryAuth {
  readonly #options: RegistryAuthOptions;
  readonly #challenges = new LRUCache<string, Challenge>({ max: 1_000 });
  readonly #scopes = new LRUCache<string, string>({ max: 10_000 });
  readonly #tokens = new LRUCache<string, Token>({ max: 10_000 });
  readonly #requests = new SharedCalls<string>();

  constructor(options: RegistryAuthOptions) {
    this.#options = options;
  }

  /** What to begin with: nothing while nothing is known about the host, or what is known fails. */
  async begin(subject: AuthSubject): Promise<Proof> {
    const challenge = this.#challenges.get(placeOf(subject));
    if (!challenge) return {};
    return challenge.scheme === 'basic'
      ? { authorization: basicAuthorization(subject.credentials) }
      : this.#tryBearer(challenge, subject);
  }

  /**
   * What to try again with after a refusal; `undefined` when there is nothing better than
   * what was refused.
   *
   * @remarks
   * Token endpoints move, and differ by repository. Some registries lead whoever brings a
   * token that they do not take to another one than those who bring none; who gets nothing
   * there comes back with nothing.
   * @throws what a token endpoint failed with, where no other is named.
   */
  async renew(
    subject: AuthSubject,
    headers: HttpHeaders,
    refused: Proof,
  ): Promise<Proof | undefined> {
    const challenge = findChallenge(headers['www-authenticate'], {
      isStranger: basicAuthorization(subject.credentials) === undefined,
    });
    if (!challenge) return undefined;
    if (challenge.scheme === 'basic') {
      this.#challenges.set(placeOf(subject), challenge);
      const basic = basicAuthorization(subject.credentials);
      const isNew = basic !== undefined && basic !== refused.authorization;
      return isNew ? { authorization: basic } : undefined;
    }
    const { failed } = refused;
    if (failed && isSameEndpoint(failed.challenge, challenge)) {
      throw failed.error;
    }
    if (challenge.scope) {
      this.#scopes.set(scopeKey(subject), challenge.scope);
    }
    const key = tokenKey(subject, this.#scopesOf(subject));
    // Another call may have renewed the token while ours was on its way.
    const known = this.#tokens.get(key);
    if (known && `Bearer ${known.value}` === refused.authorization) {
      this.#tokens.delete(key);
    }
    const proof = await this.#tryBearer(challenge, subject);
    if (!proof.failed) {
      this.#challenges.set(placeOf(subject), challenge);
    } else if (refused.authorization === undefined) {
      throw proof.failed.error;
    }
    return proof;
  }

  async #tryBearer(
    challenge: BearerChallenge,
    subject: AuthSubject,
  ): Promise<Proof> {
    try {
      return { authorization: await this.#bearer(challenge, subject) };
    } catch (error) {
      subject.signal?.throwIfAborted();
      return { failed: { challenge, error } };
    }
  }

  async #bearer(
    challenge: BearerChallenge,
    subject: AuthSubject,
  ): Promise<string> {
    const scopes = this.#scopesOf(subject);
    const key = tokenKey(subject, scopes);
    const known = this.#tokens.get(key);
    if (known && known.usableUntil > this.#options.clock.monotonic()) {
      return `Bearer ${known.value}`;
    }
    const token = await this.#requests.run(key, subject.signal, signal =>
      this.#fetchToken(challenge, { ...subject, signal }, scopes),
    );
    return `Bearer ${token}`;
  }

  async #fetchToken(
    challenge: BearerChallenge,
    subject: AuthSubject,
    scopes: readonly string[],
  ): Promise<string> {
    const { clock, sendTokenRequest } = this.#options;
    const url = tokenURL(challenge, subject, scopes);
    const authorization = basicAuthorization(subject.credentials);
    const response = await sendTokenRequest(
      {
        url,
        headers: {
          accept: 'application/json',
          ...(authorization && { authorization }),
        },
        maxBytes: MAX_TOKEN_BYTES,
        insecureSkipTLSVerify: subject.insecureSkipTLSVerify,
        signal: subject.signal,
      },
      subject,
    );
    const body = parseToken(response.body);
    const value = body?.token ?? body?.access_token;
    if (!value) {
      throw new UpstreamUnavailableError(
        url.host,
        `${url.host}, which issues tokens for ${subject.host}, sent an answer without a token`,
      );
    }
    const seconds = body?.expires_in ?? DEFAULT_LIFETIME_SECONDS;
    // Requests that wait for their turn must not arrive with an expired token.
    const margin = Math.min(30, seconds * 0.2);
    this.#tokens.set(tokenKey(subject, scopes), {
      value,
      usableUntil: clock.monotonic() + (seconds - margin) * 1_000,
    });
    return value;
  }

  /** What the registry asked for last comes first, then what reading always needs. */
  #scopesOf(subject: AuthSubject): string[] {
    const demanded = this.#scopes.get(scopeKey(subject));
    const pull = `repository:${subject.name}:pull`;
    return [...new Set([...(demanded?.split(' ') ?? []), pull])];
  }
}

function isSameEndpoint(one: BearerChallenge, other: BearerChallenge): boolean {
  return one.realm === other.realm && one.service === other.service;
}

/** A host as somebody trusts it. */
function placeOf({ host, insecureSkipTLSVerify }: AuthSubject): string {
  return insecureSkipTLSVerify ? `${host} unverified` : host;
}

function scopeKey(subject: AuthSubject): string {
  const { name, operation } = subject;
  return `${placeOf(subject)}/${name} ${operation}`;
}

function tokenKey(subject: AuthSubject, scopes: readonly string[]): string {
  const fingerprint = credentialFingerprint(subject.credentials);
  return [placeOf(subject), fingerprint, ...scopes].join(' ');
}

function tokenURL(
  challenge: BearerChallenge,
  subject: AuthSubject,
  scopes: readonly string[],
): URL {
  const { host } = subject;
  if (!URL.canParse(challenge.realm)) {
    throw new UpstreamUnavailableError(
      host,
      `${host} names a token endpoint that is not a URL`,
    );
  }
  const url = new URL(challenge.realm);
  refuseUnsafeRealm(url, subject);
  if (challenge.service) url.searchParams.set('service', challenge.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return url;
}

/**
 * Credentials go where the realm points, and any registry that a user may name chooses
 * it: it must not lead to plain HTTP nor to an address inside.
 */
function refuseUnsafeRealm(realm: URL, subject: AuthSubject): void {
  const { host, protocol } = subject;
  const isPlain = realm.protocol !== 'https:';
  const mayBePlain = protocol === 'http:' && realm.protocol === 'http:';
  const address = realm.hostname.replace(/^\[|\]$/g, '');
  const isInside = isIP(address) > 0 && guardedKindOf(address) !== undefined;
  const isHome = realm.hostname === new URL(`${protocol}//${host}`).hostname;
  if ((isPlain && !mayBePlain) || (isInside && !isHome)) {
    throw new UpstreamUnavailableError(
      host,
      `${host} sends clients for tokens to ${realm.protocol}//${realm.host}, which is not safe to send credentials to`,
    );
  }
}

function parseToken(body: Buffer): z.output<typeof TokenBody> | undefined {
  try {
    return TokenBody.safeParse(JSON.parse(body.toString('utf8'))).data;
  } catch {
    // Not JSON: the caller reports an answer without a token.
    return undefined;
  }
}
