import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import {
  CliConfig,
  readCliConfig,
  writeCliConfig,
} from '../connection/CliConfig';
import { isServerOf, readFlag } from '../connection/configInForce';
import { findApi } from '../connection/findApi';
import {
  checkToken,
  LoginMethod,
  obtainTokens,
} from '../connection/loginMethods';
import { SsoTokens } from '../connection/sso';
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

/** `kargo login` */
export function addLogin(program: Command, context: CliContext): void {
  withConnection(program.command('login [address]'))
    .description(
      'Remember a server and a token of the portal. The token comes from --sso, or is KARGO_API_TOKEN, or read with --token-stdin, or asked for',
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

/** A server, and how to log in to it. */
type Login = Required<
  Pick<CliConfig, 'apiAddress' | 'insecureSkipTLSVerify'>
> & { authMethod: LoginMethod; callbackPort?: number };

async function login(
  context: CliContext,
  given: string | undefined,
  options: LoginOptions,
): Promise<void> {
  refuseKubeconfig(options);
  const config = await readCliConfig(context);
  const next = await planLogin(context, given, options, config);
  const tokens = await obtainTokens(context, next.authMethod, {
    address: next.apiAddress,
    ...options,
    callbackPort: next.callbackPort,
  });
  await checkToken(context, next.apiAddress, tokens.bearerToken);
  await writeCliConfig(context, withLogin(config, next, tokens));
  context.writeOut(`Logged in to ${next.apiAddress}\n`);
}

/**
 * What was asked for; without an address, what is missing is as it was the last time, unless
 * the environment names another server.
 */
async function planLogin(
  context: CliContext,
  given: string | undefined,
  options: LoginOptions,
  config: CliConfig,
): Promise<Login> {
  const { environment } = context;
  const address = given ?? (environment.KARGO_API_ADDRESS || config.apiAddress);
  if (!address) {
    throw new CliError(
      'an address is required: kargo login https://portal.example',
    );
  }
  const isAgain = given === undefined && isServerOf(config, address);
  const last = isAgain ? config : {};
  const insecureSkipTLSVerify =
    options.insecureSkipTlsVerify ??
    readFlag(environment.KARGO_INSECURE_SKIP_TLS_VERIFY) ??
    last.insecureSkipTLSVerify === true;
  if (insecureSkipTLSVerify) {
    context.allowInsecureTls();
  }
  const apiAddress = await findApi(context, address);
  const authMethod = chooseMethod(context, options, last);
  const callbackPort =
    readPort(options.port) ??
    (authMethod === 'sso' ? last.callbackPort : undefined);
  return { apiAddress, authMethod, insecureSkipTLSVerify, callbackPort };
}

/** The way that was asked for, else that of the last time at the same server. */
function chooseMethod(
  { environment }: CliContext,
  { admin, sso, tokenStdin }: LoginOptions,
  last: CliConfig,
): LoginMethod {
  if (admin && sso) {
    throw new CliError('--admin and --sso are two ways; choose one');
  }
  if (admin || sso) {
    return admin ? 'admin' : 'sso';
  }
  const isTold = tokenStdin || environment.KARGO_API_TOKEN;
  const again = last.authMethod === 'admin' || last.authMethod === 'sso';
  return again && !isTold ? (last.authMethod as LoginMethod) : 'token';
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

function withLogin(
  { refreshToken: _, callbackPort: _port, ...kept }: CliConfig,
  { apiAddress, authMethod, insecureSkipTLSVerify, callbackPort }: Login,
  { bearerToken, refreshToken }: SsoTokens,
): CliConfig {
  return {
    ...kept,
    ...{ apiAddress, authMethod, bearerToken },
    // Whoever does not ask whether a certificate is good is asked again, soon.
    ...(refreshToken && !insecureSkipTLSVerify && { refreshToken }),
    insecureSkipTLSVerify,
    ...(authMethod === 'sso' && callbackPort && { callbackPort }),
  };
}
