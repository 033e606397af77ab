import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { reach } from './reach';

/** What the portal answers about its OpenID provider, as far as it matters. */
const providerSchema = z.looseObject({
  issuer: z.string(),
  // What the browser opens: an address of another scheme would start other programs.
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  scopes_supported: z.array(z.string()).optional(),
});
type Provider = z.output<typeof providerSchema>;

const tokensSchema = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
});

/** What a sign-in comes to. */
export interface SsoTokens {
  /** Of the portal, good for an hour or so. */
  bearerToken: string;
  /** Renews it; absent where the portal gives none. */
  refreshToken?: string;
}

/** The portal takes a refresh token no more. */
export class RefreshRefusedError extends Error {
  override readonly name = 'RefreshRefusedError';
}

/** Where a sign-in is asked for. */
export interface SignInPlace {
  issuerUrl: string;
  /** The client that every portal describes for command lines. */
  clientId: string;
}

/** Where that client comes back to. */
const CALLBACK = '/callback';
/** How long a person may take. */
const LIMIT_MS = 300_000;

/**
 * Signs a person in at the portal: authorization code with PKCE, in the browser.
 *
 * @param port - where the browser comes back to; any free one when it is 0
 * @throws CliError when the portal refuses, or nobody comes back
 */
export async function signIn(
  context: CliContext,
  { issuerUrl, clientId }: SignInPlace,
  port: number,
): Promise<SsoTokens> {
  const provider = await readProvider(context, issuerUrl);
  const verifier = randomBytes(48).toString('base64url');
  const state = randomBytes(24).toString('base64url');
  const callback = await context.listenOnce(
    CALLBACK,
    port,
    // Any page in the browser can send it here; only the portal knows the state.
    answer => answer.get('state') === state,
  );
  try {
    const address = new URL(provider.authorization_endpoint);
    const offersRenewal = provider.scopes_supported?.includes('offline_access');
    for (const [name, value] of Object.entries({
      client_id: clientId,
      redirect_uri: callback.url,
      response_type: 'code',
      scope: offersRenewal ? 'openid offline_access' : 'openid',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })) {
      address.searchParams.set(name, value);
    }
    context.writeError(`Sign in at ${address}\n`);
    await context.openBrowser(address.toString());
    const code = readCode(await callback.wait(LIMIT_MS));
    return await askForTokens(context, provider, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback.url,
      code_verifier: verifier,
    });
  } finally {
    await callback.close();
  }
}

/**
 * Renews what a sign-in came to.
 *
 * @throws RefreshRefusedError, CliError
 */
export async function renew(
  context: CliContext,
  issuerUrl: string,
  refreshToken: string,
): Promise<SsoTokens> {
  const provider = await readProvider(context, issuerUrl);
  return askForTokens(context, provider, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
}

async function readProvider(
  context: CliContext,
  issuerUrl: string,
): Promise<Provider> {
  const response = await reach(
    context,
    issuerUrl,
    `${issuerUrl}/.well-known/openid-configuration`,
  );
  const parsed = providerSchema.safeParse(
    await response.json().catch(() => null),
  );
  if (!response.ok || !parsed.success || parsed.data.issuer !== issuerUrl) {
    throw new CliError(`${issuerUrl} does not sign people in`);
  }
  return parsed.data;
}

/** @throws CliError when the person refused, or nobody came back */
function readCode(answer: URLSearchParams | undefined): string {
  if (!answer) {
    throw new CliError(
      `nobody signed in within ${LIMIT_MS / 60_000} minutes; try again`,
    );
  }
  const problem = answer.get('error_description') ?? answer.get('error');
  if (problem) {
    throw new CliError(`the portal did not sign you in: ${problem}`);
  }
  const code = answer.get('code');
  if (!code) {
    throw new CliError('the browser came back without a code; try again');
  }
  return code;
}

async function askForTokens(
  context: CliContext,
  provider: Provider,
  body: Record<string, string>,
): Promise<SsoTokens> {
  const { token_endpoint: endpoint } = provider;
  const response = await reach(context, endpoint, endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json().catch(() => null);
  if (body.grant_type === 'refresh_token' && response.status === 400) {
    throw new RefreshRefusedError('the refresh token is not taken any more');
  }
  const parsed = tokensSchema.safeParse(answer);
  if (!response.ok || !parsed.success) {
    throw new CliError(
      `the portal gave no token: ${response.status} ${describe(answer)}`,
    );
  }
  const { access_token: bearerToken, refresh_token: refreshToken } =
    parsed.data;
  return { bearerToken, ...(refreshToken && { refreshToken }) };
}

function describe(answer: unknown): string {
  const { error_description: told, error } = (answer ?? {}) as {
    error_description?: unknown;
    error?: unknown;
  };
  return String(told ?? error ?? '').slice(0, 200);
}
