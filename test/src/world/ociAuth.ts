import { randomUUID } from 'node:crypto';
import type { LoopbackRequest, Reply } from './loopbackServer';

/**
 * How a registry asks who is there.
 *
 * - `basic` asks for a user name and password on every request
 * - `token` sends clients to a token endpoint (the distribution specification's
 *   Bearer scheme); without credentials it hands out anonymous tokens
 */
export type RegistryAuth =
  | {
      kind: 'basic';
      username: string;
      password: string;
      /** Whether reading needs no credentials; false unless told. */
      anonymousPull?: boolean;
    }
  | {
      kind: 'token';
      username?: string;
      password?: string;
      /** Whether anybody gets a token to read; true when no user is set. */
      anonymousPull?: boolean;
      /** Another address for the token endpoint than the registry's own. */
      realm?: string;
      /** Seconds a token is good for; 300 unless told. */
      expiresIn?: number;
      /** What strangers are answered instead of being asked who they are, but at `/v2/`. */
      hidesBy?: 403 | 404;
    };

/** What a request wants to do to a repository. */
export interface AccessRequest {
  readonly repository?: string;
  readonly action: 'pull' | 'push';
}

/** The gate in front of a registry: challenges requests, issues and checks tokens. */
export interface RegistryGate {
  /** The challenge to answer with, or `undefined` when the request may pass. */
  challenge(request: LoopbackRequest, access: AccessRequest): Reply | undefined;
  /** Answers a request to the token endpoint. */
  issueToken(request: LoopbackRequest): Promise<Reply>;
}

const notFound: Reply = { status: 404, body: '' };

/** Builds the gate for an authentication mode; no mode lets everybody pass. */
export function createRegistryGate(
  auth: RegistryAuth | undefined,
  selfUrl: () => string,
): RegistryGate {
  if (!auth) {
    return { challenge: () => undefined, issueToken: async () => notFound };
  }
  return auth.kind === 'basic'
    ? createBasicGate(auth)
    : createTokenGate(auth, selfUrl);
}

function createBasicGate(
  auth: Extract<RegistryAuth, { kind: 'basic' }>,
): RegistryGate {
  return {
    challenge(request, access) {
      const isAnonymous = request.headers.authorization === undefined;
      if (isAnonymous && auth.anonymousPull && access.action === 'pull') {
        return undefined;
      }
      return matches(request, auth)
        ? undefined
        : unauthorized('Basic realm="registry"');
    },
    issueToken: async () => notFound,
  };
}

function createTokenGate(
  auth: Extract<RegistryAuth, { kind: 'token' }>,
  selfUrl: () => string,
): RegistryGate {
  const tokens = new Map<string, { scopes: Set<string>; expires: number }>();
  const isOpen = auth.anonymousPull ?? auth.username === undefined;
  const expiresIn = auth.expiresIn ?? 300;

  return {
    challenge(request, { repository, action }) {
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '');
      const grant = token ? tokens.get(token[1]) : undefined;
      const isValid = grant !== undefined && grant.expires > Date.now();
      const needed = repository && `repository:${repository}:${action}`;
      if (isValid && (!needed || grant.scopes.has(needed))) return undefined;
      if (!token && repository && auth.hidesBy) {
        return { status: auth.hidesBy, body: '' };
      }
      const parameters = [
        `realm="${auth.realm ?? `${selfUrl()}/token`}"`,
        'service="test-registry"',
        ...(repository
          ? [
              `scope="repository:${repository}:${
                action === 'push' ? 'pull,push' : 'pull'
              }"`,
            ]
          : []),
        ...(token
          ? [`error="${isValid ? 'insufficient_scope' : 'invalid_token'}"`]
          : []),
      ];
      return unauthorized(`Bearer ${parameters.join(',')}`);
    },

    async issueToken(request) {
      const asked = await readTokenRequest(request);
      const isUser =
        auth.username !== undefined &&
        asked.username === auth.username &&
        asked.password === auth.password;
      if (!isUser && (asked.username !== undefined || !isOpen)) {
        return unauthorized('Basic realm="token"');
      }
      const scopes = new Set(
        asked.scopes
          .flatMap(splitScope)
          .filter(
            scope =>
              isUser || auth.username === undefined || scope.endsWith(':pull'),
          ),
      );
      const token = randomUUID();
      tokens.set(token, { scopes, expires: Date.now() + expiresIn * 1000 });
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          token,
          access_token: token,
          expires_in: expiresIn,
          issued_at: new Date().toISOString(),
        }),
      };
    },
  };
}

/** Splits `repository:a:pull,push` into one entry per action. */
function splitScope(scope: string): string[] {
  const end = scope.lastIndexOf(':');
  const actions = scope.slice(end + 1).split(',');
  return actions.map(action => `${scope.slice(0, end)}:${action}`);
}

/** Reads both forms: GET with Basic credentials, and the OAuth 2 password form. */
async function readTokenRequest(request: LoopbackRequest): Promise<{
  scopes: string[];
  username?: string;
  password?: string;
}> {
  if (request.method === 'POST') {
    const form = new URLSearchParams((await request.body()).toString());
    return {
      scopes: (form.get('scope') ?? '').split(' ').filter(Boolean),
      username: form.get('username') ?? undefined,
      password: form.get('password') ?? undefined,
    };
  }
  return {
    scopes: request.url.searchParams
      .getAll('scope')
      .flatMap(scope => scope.split(' '))
      .filter(Boolean),
    ...readBasic(request),
  };
}

function readBasic(request: LoopbackRequest): {
  username?: string;
  password?: string;
} {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '');
  if (!basic) return {};
  const text = Buffer.from(basic[1], 'base64').toString();
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function matches(
  request: LoopbackRequest,
  user: { username: string; password: string },
): boolean {
  const given = readBasic(request);
  return given.username === user.username && given.password === user.password;
}

function unauthorized(challenge: string): Reply {
  return {
    status: 401,
    headers: {
      'www-authenticate': challenge,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }],
    }),
  };
}
