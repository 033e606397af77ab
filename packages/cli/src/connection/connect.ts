import { KargoClient } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { readConfigInForce } from './configInForce';
import { createClient } from './createClient';
import { checkAddress } from './findApi';
import { freshToken } from './freshToken';

/** Options that every command which talks to a server has. */
export interface ConnectionOptions {
  readonly insecureSkipTlsVerify?: boolean;
}

/**
 * Creates the client of a command: the server and the token of the environment, else of
 * the last `kargo login`.
 *
 * @throws CliError when nobody is logged in, or to what is no address.
 */
export async function connect(
  context: CliContext,
  options: ConnectionOptions,
): Promise<KargoClient> {
  const config = await readConfigInForce(context);
  const { apiAddress: address, bearerToken } = config;
  if (!address) {
    throw new CliError(
      "no server is known; run 'kargo login ADDRESS' or set KARGO_API_ADDRESS and KARGO_API_TOKEN",
    );
  }
  checkAddress(address);
  if (!bearerToken) {
    throw new CliError(
      `not logged in to ${address}; run 'kargo login' or set KARGO_API_TOKEN`,
    );
  }
  if (options.insecureSkipTlsVerify ?? config.insecureSkipTLSVerify) {
    context.allowInsecureTls();
  }
  return createClient(context, {
    address,
    token: await freshToken(context, config),
  });
}
