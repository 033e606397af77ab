import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import {
  CliConfig,
  readCliConfig,
  writeCliConfig,
} from '../connection/CliConfig';
import { createClient, readFlag } from '../connection/connect';
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
      'Remember a server and a token of the portal. The token is KARGO_API_TOKEN, or read with --token-stdin, or asked for',
    )
    .option('--token-stdin', 'read the token from standard input')
    .option('--admin', 'sign in as the admin account, where it is switched on')
    .option('--password <password>', 'password of the admin account')
    .option('--sso', 'not offered by a portal: sign in through OpenID Connect')
    .option('--port <port>', 'port of the callback of --sso')
    .option('--kubeconfig', 'not offered by a portal: use the kubeconfig')
    .action((address: string | undefined, options: LoginOptions) =>
      login(context, address, options),
    );
}

async function login(
  context: CliContext,
  given: string | undefined,
  options: LoginOptions,
): Promise<void> {
  const { environment } = context;
  const config = await readCliConfig(context);
  refuseOtherWays(options);
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
  const bearerToken = options.admin
    ? await logInAsAdmin(context, options, apiAddress)
    : await obtainToken(context, options, apiAddress);
  await checkToken(context, apiAddress, bearerToken);
  const { refreshToken: _, ...kept } = config;
  const next: CliConfig = {
    ...kept,
    apiAddress,
    authMethod: options.admin ? 'admin' : 'token',
    bearerToken,
    insecureSkipTLSVerify: insecure,
  };
  await writeCliConfig(context, next);
  context.writeOut(`Logged in to ${apiAddress}\n`);
}

/** The portal signs people in; ways that Kargo's own server has are named, not ignored. */
function refuseOtherWays({ sso, kubeconfig }: LoginOptions): void {
  const way = (sso && '--sso') || (kubeconfig && '--kubeconfig');
  if (way) {
    throw new CliError(
      `${way} is not offered here: the portal signs people in. Use a token of the portal: set KARGO_API_TOKEN, or pass it with --token-stdin`,
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
