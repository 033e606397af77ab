import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { createClient } from './createClient';
import { findSignIn } from './freshToken';
import { signIn, SsoTokens } from './sso';

/** A way to get a token. */
export type LoginMethod = 'admin' | 'sso' | 'token';

/** What a way to get a token is told. */
export interface LoginAttempt {
  /** Of the API. */
  address: string;
  /** Of the admin account; asked for when it is absent. */
  password?: string;
  /** Whether the token comes by standard input. */
  tokenStdin?: boolean;
  /** Where the browser comes back to; any free port when it is absent. */
  callbackPort?: number;
}

/**
 * Gets a token.
 *
 * @throws CliError when there is none to be had
 */
export async function obtainTokens(
  context: CliContext,
  method: LoginMethod,
  attempt: LoginAttempt,
): Promise<SsoTokens> {
  switch (method) {
    case 'admin':
      return { bearerToken: await logInAsAdmin(context, attempt) };
    case 'sso': {
      const place = await findSignIn(context, attempt.address);
      return signIn(context, place, attempt.callbackPort ?? 0);
    }
    default:
      return { bearerToken: await takeToken(context, attempt) };
  }
}

/** @throws CliError when the account is off, or the password wrong */
async function logInAsAdmin(
  context: CliContext,
  { password: given, address }: LoginAttempt,
): Promise<string> {
  const password =
    given ?? (await context.askSecret(`Password of admin at ${address}: `));
  if (!password) {
    throw new CliError('a password is required: use --password');
  }
  const client = createClient(context, { address, token: password });
  try {
    return (await client.login()).idToken;
  } catch (error) {
    if (isKargoRequestError(error, 403)) {
      throw new CliError(`${address}: ${error.message}`);
    }
    throw error;
  }
}

/** @throws CliError when nobody gives one */
async function takeToken(
  context: CliContext,
  { tokenStdin, address }: LoginAttempt,
): Promise<string> {
  const token = tokenStdin
    ? await context.readInput()
    : context.environment.KARGO_API_TOKEN ||
      (await context.askSecret(`Token for ${address}: `));
  if (!token?.trim()) {
    throw new CliError(
      'a token is required: set KARGO_API_TOKEN, or pass it with --token-stdin',
    );
  }
  return token.trim();
}

/** @throws CliError when the server does not accept a token */
export async function checkToken(
  context: CliContext,
  address: string,
  token: string,
): Promise<void> {
  try {
    await createClient(context, { address, token }).request([
      'system',
      'server-version',
    ]);
  } catch (error) {
    if (isKargoRequestError(error, 401)) {
      throw new CliError(`${address} does not accept the token`);
    }
    throw error;
  }
}
