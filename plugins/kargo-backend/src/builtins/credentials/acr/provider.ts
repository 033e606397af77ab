import {
  CredentialProvider,
  CredentialProviderContext,
  CredentialRequest,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { normalizeRepoURL } from '../../../logic/repoUrls';
import { getToken } from '../shared/askForToken';
import { CloudEnvironment } from '../shared/CloudEnvironment';

/** What the ACR provider needs beside its context. */
export interface AcrProviderOptions {
  /** Absent: identities of the environment are not used. */
  environment?: CloudEnvironment;
}

const HOST = /^([a-z0-9-]+\.azurecr\.io)\//;
/** The user of refresh tokens, as Azure documents it. */
const USERNAME = '00000000-0000-0000-0000-000000000000';
/** Azure's refresh tokens live three hours; they are used for two and a half. */
const LIFETIME_MS = 155 * 60_000;
const SCOPE = 'https://containerregistry.azure.net/.default';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const AccessToken = z.object({ access_token: z.string().min(1) });
const RefreshToken = z.object({ refresh_token: z.string().min(1) });

/**
 * Refresh tokens of Azure Container Registry, by the portal's workload identity.
 *
 * @remarks As in Kargo, every project reaches what the portal's identity can reach.
 */
export function createAcrProvider(
  options: AcrProviderOptions,
): CredentialProvider {
  const environment =
    options.environment && hasAzureIdentity(options.environment)
      ? options.environment
      : undefined;
  return {
    id: 'acr',
    appliesTo: request => !!environment && !!findRegistry(request),
    audience: request => findRegistry(request) ?? '',
    async resolve(request, _, context) {
      const registry = findRegistry(request);
      if (!registry || !environment) {
        return undefined;
      }
      const { access_token } = await getEntraToken(environment, context);
      const { refresh_token } = await getToken(
        {
          url: `https://${registry}/oauth2/exchange`,
          headers: FORM,
          body: form({
            grant_type: 'access_token',
            service: registry,
            access_token,
          }),
          schema: RefreshToken,
        },
        context,
      );
      return {
        username: USERNAME,
        password: SecretText.of(refresh_token),
        expiresAt: context.now() + LIFETIME_MS,
      };
    },
  };
}

function hasAzureIdentity({ variables }: CloudEnvironment): boolean {
  return (
    !!variables.AZURE_CLIENT_ID &&
    !!variables.AZURE_TENANT_ID &&
    !!variables.AZURE_FEDERATED_TOKEN_FILE
  );
}

function findRegistry(request: CredentialRequest): string | undefined {
  return request.type === 'git'
    ? undefined
    : HOST.exec(normalizeRepoURL(request.type, request.repoURL))?.[1];
}

/** The cluster vouches for the pod, and Entra gives a token for it. */
async function getEntraToken(
  { variables, readFile }: CloudEnvironment,
  context: CredentialProviderContext,
) {
  const authority = (
    variables.AZURE_AUTHORITY_HOST || 'https://login.microsoftonline.com'
  ).replace(/\/+$/, '');
  const tenant = encodeURIComponent(variables.AZURE_TENANT_ID ?? '');
  const assertion = await readFile(variables.AZURE_FEDERATED_TOKEN_FILE ?? '');
  return getToken(
    {
      url: `${authority}/${tenant}/oauth2/v2.0/token`,
      headers: FORM,
      body: form({
        grant_type: 'client_credentials',
        client_id: variables.AZURE_CLIENT_ID ?? '',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion.trim(),
        scope: SCOPE,
      }),
      schema: AccessToken,
    },
    context,
  );
}

function form(fields: Record<string, string>): string {
  return new URLSearchParams(fields).toString();
}
