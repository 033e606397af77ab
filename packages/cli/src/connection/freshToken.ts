import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { CliConfig, readCliConfig, writeCliConfig } from './CliConfig';
import { createClient } from './createClient';
import { RefreshRefusedError, renew, SignInPlace } from './sso';

/** A token that ends sooner is renewed before it is used. */
const MARGIN_MS = 30_000;
/** How long another command may take to write down what it was given. */
const LOOK_MS = 200;
const LOOKS = 10;

/**
 * The token of the last log-in, renewed when it came of `--sso` and ends.
 *
 * @throws CliError when it cannot be renewed
 */
export async function freshToken(
  context: CliContext,
  config: CliConfig,
): Promise<string | undefined> {
  const { bearerToken, refreshToken, apiAddress } = config;
  if (!bearerToken || !refreshToken || !apiAddress || !ends(context, config)) {
    return bearerToken;
  }
  try {
    const { issuerUrl } = await findSignIn(context, apiAddress);
    const tokens = await renew(context, issuerUrl, refreshToken);
    const now = await readCliConfig(context);
    // Somebody may have logged out meanwhile, or in elsewhere.
    if (now.refreshToken === refreshToken) {
      await writeCliConfig(context, { ...now, ...tokens });
    }
    return tokens.bearerToken;
  } catch (error) {
    if (!(error instanceof RefreshRefusedError)) {
      throw error;
    }
    const renewed = await findRenewed(context, apiAddress);
    if (renewed) {
      return renewed;
    }
    throw new CliError("your log-in has ended; run 'kargo login'");
  }
}

/**
 * What another command got for the same refresh token, which is good once: the portal tells
 * this one sooner that it is used up than that one has written down what it got for it.
 */
async function findRenewed(
  context: CliContext,
  apiAddress: string,
): Promise<string | undefined> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const now = await readCliConfig(context);
    const isOurs = now.apiAddress === apiAddress;
    if (isOurs && now.bearerToken && !ends(context, now)) {
      return now.bearerToken;
    }
    await context.delay(LOOK_MS);
  }
  return undefined;
}

/**
 * Where the portal of an API signs people in.
 *
 * @throws CliError when it lets no programs do so
 */
export async function findSignIn(
  context: CliContext,
  address: string,
): Promise<SignInPlace> {
  const client = createClient(context, { address });
  const { oidcConfig } = await client.getPublicServerConfig();
  if (!oidcConfig) {
    throw new CliError(
      'the portal lets no programs sign people in (auth.clientIdMetadataDocuments). Use a token of the portal: set KARGO_API_TOKEN, or pass it with --token-stdin',
    );
  }
  return oidcConfig;
}

/** Whether a token says of itself that it ends within moments. */
function ends({ now }: CliContext, { bearerToken = '' }: CliConfig): boolean {
  const [, payload = ''] = bearerToken.split('.');
  try {
    const { exp } = JSON.parse(
      Buffer.from(payload, 'base64url').toString('utf8'),
    ) as { exp?: unknown };
    return typeof exp === 'number' && exp * 1000 - MARGIN_MS <= now().getTime();
  } catch {
    // What is no JWT does not say when it ends.
    return false;
  }
}
