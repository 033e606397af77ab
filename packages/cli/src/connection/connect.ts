import { KargoClient } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { readCliConfig } from './CliConfig';
import { createClient } from './createClient';
import { freshToken } from './freshToken';

/** Options that every command which talks to a server has. */
export interface ConnectionOptions {
  readonly insecureSkipTlsVerify?: boolean;
}

/**
 * Creates the client of a command: the server and the token of the environment, else of
 * the last `kargo login`.
 *
 * @throws CliError when nobody is logged in.
 */
export async function connect(
  context: CliContext,
  options: ConnectionOptions,
): Promise<KargoClient> {
  const { environment } = context;
  const config = await readCliConfig(context);
  const address = environment.KARGO_API_ADDRESS || config.apiAddress;
  if (!address) {
    throw new CliError(
      "no server is known; run 'kargo login ADDRESS' or set KARGO_API_ADDRESS and KARGO_API_TOKEN",
    );
  }
  // A token goes to the server it was made for, never to another of the environment.
  const isKnown = address === config.apiAddress;
  const stored = isKnown ? config.bearerToken : undefined;
  if (!environment.KARGO_API_TOKEN && !stored) {
    throw new CliError(
      `not logged in to ${address}; run 'kargo login' or set KARGO_API_TOKEN`,
    );
  }
  if (
    options.insecureSkipTlsVerify ??
    readFlag(environment.KARGO_INSECURE_SKIP_TLS_VERIFY) ??
    config.insecureSkipTLSVerify
  ) {
    context.allowInsecureTls();
  }
  const token =
    environment.KARGO_API_TOKEN || (await freshToken(context, config));
  return createClient(context, { address, token });
}

/** Whether a variable of the environment says yes; `undefined` when it says nothing. */
export function readFlag(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') {
    return undefined;
  }
  return ['1', 't', 'true'].includes(value.toLocaleLowerCase('en-US'));
}
