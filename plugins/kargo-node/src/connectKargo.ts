import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { KargoApi, KargoClient } from 'backstage-plugin-kargo-common';

/** What a connection to Kargo's API is made of. @public */
export interface ConnectKargoOptions {
  auth: Pick<AuthService, 'getOwnServiceCredentials' | 'getPluginRequestToken'>;
  discovery: Pick<DiscoveryService, 'getBaseUrl'>;
}

/**
 * Kargo's API as seen by the plugin whose services these are: for work that nobody waits
 * for. It may read everything; whoever answers a person asks on their behalf instead.
 *
 * @public
 */
export async function connectKargo({
  auth,
  discovery,
}: ConnectKargoOptions): Promise<KargoApi> {
  return KargoClient.create({
    baseUrl: await discovery.getBaseUrl('kargo'),
    fetch: async (url, request) => {
      const { token } = await auth.getPluginRequestToken({
        onBehalfOf: await auth.getOwnServiceCredentials(),
        targetPluginId: 'kargo',
      });
      const headers = new Headers(request?.headers);
      headers.set('Authorization', `Bearer ${token}`);
      return fetch(url, { ...request, headers });
    },
  });
}
