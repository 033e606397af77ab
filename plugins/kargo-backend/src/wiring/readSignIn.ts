import {
  DiscoveryService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { OPERATIONS } from 'backstage-plugin-kargo-common';
import { API_BASE_PATH } from '../api/server/router';
import { SignIn } from '../api/server/SignIn';

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
 * have. So the API describes a client that has it, for portals that list it.
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
  const issuerUrl = await discovery.getExternalBaseUrl('auth');
  const api = await discovery.getExternalBaseUrl('kargo');
  const ownClientId = `${api}${API_BASE_PATH}${OPERATIONS.getCliClient.path}`;
  const listed = clients.getOptionalStringArray('allowedClientIdPatterns');
  return {
    issuerUrl,
    ownClientId,
    cliClientId: listed?.includes(ownClientId)
      ? ownClientId
      : `${issuerUrl}${BUILT_IN_CLIENT}`,
  };
}
