import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import {
  CliConfig,
  readCliConfig,
  writeCliConfig,
} from '../connection/CliConfig';
import { readFlag } from '../connection/connect';
import { createClient } from '../connection/createClient';
import { findIssuer } from '../connection/freshToken';
import { signIn, SsoTokens } from '../connection/sso';
import { withConnection } from './options';

interface LoginOptions {
  tokenStdin?: boolean;
  admin?: boolean;
  password?: string;
  sso?: boolean;
  kubeconfig?: boolean;
  port?: string;
  insecureSkipTlsVerify?: boolean;
}

/** Where a portal serves Kargo. */
const PORTAL_PATH = '/api/kargo';

/** `kargo login` */
export function addLogin(program: Command, context: CliContext): void {
  withConnection(program.command('login [address]'))
    .description(
      'Remember a server and a token of the portal. The token comes of --sso, or is KARGO_API_TOKEN, or read with --token-stdin, or asked for',
    )
    .option('--token-stdin', 'read the token from standard input')
    .option('--admin', 'sign in as the admin account, where it is switched on')
    .option('--password <password>', 'password of the admin account')
    .option('--sso', 'sign in at the portal, in the browser')
    .option('--port <port>', 'where the browser comes back to; any free port')
    .option('--kubeconfig', 'not offered by a portal: use the kubeconfig')
    .action((address: string | undefined, options: LoginOptions) =>
      login(context, address, options),
    );
}

type Method = 'admin' | 'sso' | 'token';

/** What a way to log in is told. */
interface Attempt {
  options: LoginOptions;
  /** Of the API. */
  address: string;
  callbackPort?: number;
}

const OBTAIN: Record<
  Method,
  (context: CliContext, attempt: Attempt) => Promise<SsoTokens>
> = {
  admin: async (context, { options, address }) => ({
    bearerToken: await logInAsAdmin(context, options, address),
  }),
  token: async (context, { options, address }) => ({
    bearerToken: await obtainToken(context, options, address),
  }),
  async sso(context, { address, callbackPort = 0 }) {
    return signIn(context, await findIssuer(context, address), callbackPort);
  },
};

async function login(
  context: CliContext,
  given: string | undefined,
  options: LoginOptions,
): Promise<void> {
  const { environment } = context;
  const config = await readCliConfig(context);
  refuseKubeconfig(options);
  const address = given ?? (environment.KARGO_API_ADDRESS || config.apiAddress);
  if (!address) {
    throw new CliError(
      'an address is required: kargo login https://portal.example',
    );
  }
  const insecure =
    options.insecureSkipTlsVerify ??
    readFlag(environment.KARGO_INSECURE_SKIP_TLS_VERIFY) ??
    (given === undefined && config.insecureSkipTLSVerify === true);
  if (insecure) {
    context.allowInsecureTls();
  }
  const apiAddress = await findApi(context, address);
  const isAgain = given === undefined;
  const method = chooseMethod(context, options, isAgain ? config : {});
  const callbackPort =
    readPort(options.port) ??
    (isAgain && method === 'sso' ? config.callbackPort : undefined);
  const tokens = await OBTAIN[method](context, {
    options,
    address: apiAddress,
    callbackPort,
  });
  await checkToken(context, apiAddress, tokens.bearerToken);
  const { refreshToken: _, callbackPort: _port, ...kept } = config;
  const next: CliConfig = {
    ...kept,
    apiAddress,
    authMethod: method,
    bearerToken: tokens.bearerToken,
    // Whoever does not ask whether a certificate is good is asked again, soon.
    ...(tokens.refreshToken &&
      !insecure && { refreshToken: tokens.refreshToken }),
    insecureSkipTLSVerify: insecure,
    ...(method === 'sso' && callbackPort && { callbackPort }),
  };
  await writeCliConfig(context, next);
  context.writeOut(`Logged in to ${apiAddress}\n`);
}

/** The way that was asked for, else that of the last time at the same server. */
function chooseMethod(
  { environment }: CliContext,
  { admin, sso, tokenStdin }: LoginOptions,
  last: CliConfig,
): Method {
  if (admin && sso) {
    throw new CliError('--admin and --sso are two ways; choose one');
  }
  if (admin || sso) {
    return admin ? 'admin' : 'sso';
  }
  const isTold = tokenStdin || environment.KARGO_API_TOKEN;
  const again = last.authMethod === 'admin' || last.authMethod === 'sso';
  return again && !isTold ? (last.authMethod as Method) : 'token';
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CliError(`'${text}' is not a port`);
  }
  return port;
}

/** A portal has no cluster to sign people in with. */
function refuseKubeconfig({ kubeconfig }: LoginOptions): void {
  if (kubeconfig) {
    throw new CliError(
      '--kubeconfig is not offered here: the portal signs people in. Use --sso, or a token of the portal: set KARGO_API_TOKEN, or pass it with --token-stdin',
    );
  }
}

/**
 * The address of the API: the one given, or where a portal at this address has it.
 *
 * @throws CliError when neither answers as Kargo does.
 */
async function findApi(context: CliContext, given: string): Promise<string> {
  const address = given.replace(/\/+$/, '');
  if (!/^https?:\/\//.test(address)) {
    throw new CliError(
      `'${given}' is not an address such as https://portal.example`,
    );
  }
  const candidates = address.endsWith(PORTAL_PATH)
    ? [address]
    : [address, `${address}${PORTAL_PATH}`];
  for (const candidate of candidates) {
    if (await isKargo(context, candidate)) {
      return candidate;
    }
  }
  throw new CliError(`there is no Kargo at ${candidates.join(' or ')}`);
}

async function isKargo(context: CliContext, address: string): Promise<boolean> {
  try {
    const answer = await createClient(context, { address }).request<unknown>([
      'system',
      'public-server-config',
    ]);
    return typeof answer === 'object' && answer !== null;
  } catch (error) {
    // Any answer but Kargo's means "not here": a page of the portal is no JSON.
    if (isKargoRequestError(error) || error instanceof SyntaxError) {
      return false;
    }
    throw error;
  }
}

async function obtainToken(
  context: CliContext,
  { tokenStdin }: LoginOptions,
  address: string,
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

/** @throws CliError when the account is off, or the password wrong */
async function logInAsAdmin(
  context: CliContext,
  { password: given }: LoginOptions,
  address: string,
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

async function checkToken(
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
