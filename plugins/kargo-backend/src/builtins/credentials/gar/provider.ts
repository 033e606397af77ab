import { LoggerService } from '@backstage/backend-plugin-api';
import {
  CredentialProvider,
  CredentialProviderContext,
  CredentialRequest,
  CredentialsRejectedError,
  RepoCredentials,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { normalizeRepoURL } from '../../../logic/repoUrls';
import { getToken } from '../shared/askForToken';
import { CloudEnvironment } from '../shared/CloudEnvironment';
import { parseJson } from '../shared/parseJson';
import { signJwt } from '../shared/signJwt';
import { getWorkloadToken } from './workloadIdentity';

/** What the GAR provider needs beside its context. */
export interface GarProviderOptions {
  /** Absent: identities of the environment are not used. */
  environment?: CloudEnvironment;
  logger: LoggerService;
}

// Only the host may decide: a path could otherwise send a token to any host.
const HOST = /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z0-9-]+\.)*gcr\.io)\//;
const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LIFETIME_SECONDS = 3600;
/** Used when Google does not say: leaves 40 minutes after the margin of the cache. */
const DEFAULT_LIFETIME_SECONDS = 45 * 60;

const ServiceAccountKey = z.object({
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});

const AccessToken = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
});

/**
 * Access tokens for Google Artifact Registry and Container Registry: by a service
 * account key in a Secret, else by the portal's own identity in Google Cloud.
 */
export function createGarProvider({
  environment,
  logger,
}: GarProviderOptions): CredentialProvider {
  return {
    id: 'gar',
    appliesTo: (request, data) =>
      isGoogleRegistry(request) &&
      (!!data?.gcpServiceAccountKey || !!environment),
    audience: (request, data) =>
      data?.gcpServiceAccountKey ? 'service-account-key' : request.project,
    async resolve(request, data, context) {
      if (data?.gcpServiceAccountKey) {
        return resolveByKey(data.gcpServiceAccountKey, context);
      }
      const token =
        environment &&
        (await getWorkloadToken(request.project, environment, context, logger));
      return (
        token && {
          ...toCredentials(token.value, token.expiresAt),
          ...(token.isPortals && { isUnreadable: true }),
        }
      );
    },
  };
}

function isGoogleRegistry(request: CredentialRequest): boolean {
  return (
    request.type !== 'git' &&
    HOST.test(normalizeRepoURL(request.type, request.repoURL))
  );
}

async function resolveByKey(
  encoded: string,
  context: CredentialProviderContext,
): Promise<RepoCredentials> {
  const key = parseKey(encoded);
  const issuedAt = Math.floor(context.now() / 1000);
  const assertion = await signJwt(
    {
      iss: key.client_email,
      scope: SCOPE,
      aud: key.token_uri,
      iat: issuedAt,
      exp: issuedAt + LIFETIME_SECONDS,
    },
    key.private_key,
    {
      field: 'private_key of gcpServiceAccountKey',
      keyId: key.private_key_id,
    },
  );
  const token = await getToken(
    {
      url: key.token_uri,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: GRANT_TYPE,
        assertion,
      }).toString(),
      schema: AccessToken,
    },
    context,
  );
  const lifetime = token.expires_in ?? DEFAULT_LIFETIME_SECONDS;
  return toCredentials(token.access_token, context.now() + lifetime * 1000);
}

/** The key of a service account, as its file or as base64 of that. */
function parseKey(given: string): z.infer<typeof ServiceAccountKey> {
  const text = given.trimStart().startsWith('{')
    ? given
    : Buffer.from(given, 'base64').toString('utf8');
  const key = ServiceAccountKey.safeParse(parseJson(text));
  // Over plain HTTP anybody on the way could take the token.
  if (!key.success || !key.data.token_uri.startsWith('https://')) {
    throw new CredentialsRejectedError(
      'gcpServiceAccountKey must be a service account key in JSON, or base64 of it',
    );
  }
  return key.data;
}

function toCredentials(token: string, expiresAt: number): RepoCredentials {
  return {
    username: 'oauth2accesstoken',
    password: SecretText.of(token),
    expiresAt,
  };
}
