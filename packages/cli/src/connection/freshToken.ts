import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { CliConfig, readCliConfig, writeCliConfig } from './CliConfig';
import { createClient } from './createClient';
import { RefreshRefusedError, renew } from './sso';

/** A token that ends sooner is renewed before it is used. */
const MARGIN_MS = 30_000;

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
    const issuer = await findIssuer(context, apiAddress);
    const tokens = await renew(context, issuer, refreshToken);
    await writeCliConfig(context, { ...config, ...tokens });
    return tokens.bearerToken;
  } catch (error) {
    if (!(error instanceof RefreshRefusedError)) {
      throw error;
    }
    // Each is good once: another command may have renewed it at the same time.
    const now = await readCliConfig(context);
    if (now.bearerToken && !ends(context, now)) {
      return now.bearerToken;
    }
    throw new CliError("your log-in has ended; run 'kargo login'");
  }
}

/**
 * Where the portal of an API signs people in.
 *
 * @throws CliError when it lets no programs do so
 */
export async function findIssuer(
  context: CliContext,
  address: string,
): Promise<string> {
  const client = createClient(context, { address });
  const { oidcConfig } = await client.getPublicServerConfig();
  if (!oidcConfig) {
    throw new CliError(
      'the portal lets no programs sign people in (auth.clientIdMetadataDocuments). Use a token of the portal: set KARGO_API_TOKEN, or pass it with --token-stdin',
    );
  }
  return oidcConfig.issuerUrl;
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
