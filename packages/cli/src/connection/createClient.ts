import { KargoClient, KargoFetch } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { reach } from './reach';
import { readWarnings } from './readWarnings';

/** Where a server is and as whom to talk to it. */
export interface Server {
  /** Address in front of `/v1beta1`. */
  readonly address: string;
  readonly token?: string;
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
    const response = await reach(context, server.address, url, {
      ...init,
      headers,
    });
    for (const warning of readWarnings(response.headers.get('warning'))) {
      context.writeError(`Warning: ${warning}\n`);
    }
    return response;
  };
}
