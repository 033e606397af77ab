import { KargoClient, KargoFetch } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { readCliConfig } from './CliConfig';
import { readWarnings } from './readWarnings';

/** Where a server is and as whom to talk to it. */
export interface Server {
  /** Address in front of `/v1beta1`. */
  readonly address: string;
  readonly token?: string;
}

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
  const stored = address === config.apiAddress ? config.bearerToken : undefined;
  const token = environment.KARGO_API_TOKEN || stored;
  if (!token) {
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
  return createClient(context, { address, token });
}

/** Whether a variable of the environment says yes; `undefined` when it says nothing. */
export function readFlag(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') {
    return undefined;
  }
  return ['1', 't', 'true'].includes(value.toLocaleLowerCase('en-US'));
}

/** Creates a client for a server. */
export function createClient(
  context: CliContext,
  { address, token }: Server,
): KargoClient {
  return KargoClient.create({
    baseUrl: address,
    fetch: createFetch(context, { address, token }),
  });
}

function createFetch(context: CliContext, server: Server): KargoFetch {
  return async (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('X-Kargo-CLI-Version', context.version);
    if (server.token) {
      headers.set('Authorization', `Bearer ${server.token}`);
    }
    try {
      const response = await context.fetch(url, { ...init, headers });
      for (const warning of readWarnings(response.headers.get('warning'))) {
        context.writeError(`Warning: ${warning}\n`);
      }
      return response;
    } catch (error) {
      throw new CliError(
        `cannot reach ${server.address}: ${describeCause(error)}`,
        { cause: error },
      );
    }
  };
}

/** `fetch` hides the reason in the cause; several addresses of a host make several. */
function describeCause(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code, message } = cause as { code?: string; message?: string };
  return message || code || String(cause);
}
