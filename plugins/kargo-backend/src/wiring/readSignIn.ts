import {
  DiscoveryService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { OPERATIONS } from 'backstage-plugin-kargo-common';
import { API_BASE_PATH } from '../api/server/router';
import { SignIn } from '../api/server/SignIn';
import { SIGN_IN_PATH } from '../api/server/signInRouter';
import { PortalOpenIdProvider } from './PortalOpenIdProvider';

/** Where the portal says which programs may sign people in; the latter is the older key. */
const KEYS = [
  'auth.clientIdMetadataDocuments',
  'auth.experimentalClientIdMetadataDocuments',
];
/** The client that the portal describes itself, and always takes. */
const BUILT_IN_CLIENT = '/.well-known/oauth-client/cli.json';

/**
 * How programs sign people in to the portal; `undefined` when it lets none.
 *
 * @remarks
 * Kargo's own command line comes back to a path that the portal's built-in client does not
 * have, and waits for an identity token when it renews. So the API describes a client that has
 * that path, and stands in for the portal's provider, for portals that list that client.
 */
export async function readSignIn(
  config: RootConfigService,
  discovery: DiscoveryService,
): Promise<SignIn | undefined> {
  const clients = config.getOptionalConfig(
    KEYS.find(key => config.has(key)) ?? KEYS[0],
  );
  if (!clients?.getOptionalBoolean('enabled')) {
    return undefined;
  }
  const portal = await discovery.getExternalBaseUrl('auth');
  const clientId = `${portal}${BUILT_IN_CLIENT}`;
  const api = await discovery.getExternalBaseUrl('kargo');
  const ownClientId = `${api}${API_BASE_PATH}${OPERATIONS.getCliClient.path}`;
  const listed = clients.getOptionalStringArray('allowedClientIdPatterns');
  return listed?.includes(ownClientId)
    ? {
        issuerUrl: `${api}${API_BASE_PATH}${SIGN_IN_PATH}`,
        ...{ clientId, ownClientId, cliClientId: ownClientId },
        provider: PortalOpenIdProvider.create({ discovery }),
      }
    : { issuerUrl: portal, clientId, ownClientId, cliClientId: clientId };
}
