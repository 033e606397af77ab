import {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { KargoApi, KargoClient } from 'backstage-plugin-kargo-common';

/** What a connection to Kargo's API is made of. @public */
export interface ConnectKargoOptions {
  auth: Pick<AuthService, 'getOwnServiceCredentials' | 'getPluginRequestToken'>;
  discovery: Pick<DiscoveryService, 'getBaseUrl'>;
  /** Whose rights count: the plugin's own unless told, which may read everything. */
  onBehalfOf?: BackstageCredentials;
  /** Sent with every request, beside the token. */
  headers?: Record<string, string>;
}

/**
 * Kargo's API for backend plugins: on behalf of somebody to answer them, as themselves for
 * work that nobody waits for.
 *
 * @public
 */
export async function connectKargo({
  auth,
  discovery,
  onBehalfOf,
  headers: ownHeaders = {},
}: ConnectKargoOptions): Promise<KargoApi> {
  return KargoClient.create({
    baseUrl: await discovery.getBaseUrl('kargo'),
    fetch: async (url, request) => {
      const { token } = await auth.getPluginRequestToken({
        onBehalfOf: onBehalfOf ?? (await auth.getOwnServiceCredentials()),
        targetPluginId: 'kargo',
      });
      const headers = new Headers(request?.headers);
      for (const [name, value] of Object.entries(ownHeaders)) {
        headers.set(name, value);
      }
      headers.set('Authorization', `Bearer ${token}`);
      return fetch(url, { ...request, headers });
    },
  });
}
