import { LoggerService } from '@backstage/backend-plugin-api';
import {
  CredentialProviderContext,
  isUpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { askForToken, getToken } from '../shared/askForToken';
import { CloudEnvironment } from '../shared/CloudEnvironment';

/** An access token of Google. */
export interface GoogleToken {
  value: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  /** Whether it is the portal's own, and good for whatever the portal may do in Google Cloud. */
  isPortals?: boolean;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** Google's limit for the name of a service account. */
const LONGEST_ACCOUNT = 30;
const METADATA_TIMEOUT_MS = 3_000;
/**
 * A project without a service account gets the portal's token for ten minutes, of which
 * the cache uses five: an account that is made later is found soon.
 */
const FALLBACK_LIFETIME_MS = 10 * 60_000;

const MetadataToken = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});

const GeneratedToken = z.object({
  accessToken: z.string().min(1),
  expireTime: z.string(),
});

/**
 * A token of the project's service account (`kargo-project-<project>`) or, where there is
 * none, of the portal itself; `undefined` when the portal does not run in Google Cloud.
 *
 * @remarks Differs: upstream falls back on any error and remembers it for twelve hours.
 */
export async function getWorkloadToken(
  project: string,
  environment: CloudEnvironment,
  context: CredentialProviderContext,
  logger: LoggerService,
): Promise<GoogleToken | undefined> {
  const own = await findOwnToken(environment, context, logger);
  if (!own) {
    return undefined;
  }
  const account = `kargo-project-${project}`;
  const token =
    account.length <= LONGEST_ACCOUNT
      ? await impersonate(account, own.value, environment, context)
      : undefined;
  return (
    token ?? {
      ...own,
      isPortals: true,
      expiresAt: Math.min(own.expiresAt, context.now() + FALLBACK_LIFETIME_MS),
    }
  );
}

async function findOwnToken(
  environment: CloudEnvironment,
  context: CredentialProviderContext,
  logger: LoggerService,
): Promise<GoogleToken | undefined> {
  try {
    const answer = await askForToken(
      {
        ...metadata('instance/service-accounts/default/token', environment),
        schema: MetadataToken,
      },
      { ...context, fetch: environment.fetch },
    );
    if (answer.kind === 'granted') {
      const { access_token: value, expires_in: seconds } = answer.value;
      return { value, expiresAt: context.now() + seconds * 1000 };
    }
    logger.debug('Google Cloud gives this machine no identity');
    return undefined;
  } catch (error) {
    if (!isUpstreamUnavailableError(error)) {
      throw error;
    }
    logger.debug('Google Cloud has no metadata server here');
    return undefined;
  }
}

/** `undefined` when there is no such service account. */
async function impersonate(
  account: string,
  ownToken: string,
  environment: CloudEnvironment,
  context: CredentialProviderContext,
): Promise<GoogleToken | undefined> {
  const googleProject = await getToken(
    {
      ...metadata('project/project-id?alt=json', environment),
      schema: z.string().min(1),
    },
    { ...context, fetch: environment.fetch },
  );
  const email = `${account}@${googleProject}.iam.gserviceaccount.com`;
  const answer = await askForToken(
    {
      url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
      headers: {
        authorization: `Bearer ${ownToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ scope: [SCOPE] }),
      schema: GeneratedToken,
    },
    context,
  );
  if (answer.kind === 'refused' && answer.status === 404) {
    return undefined;
  }
  if (answer.kind === 'refused') {
    throw answer.error;
  }
  return {
    value: answer.value.accessToken,
    expiresAt: Date.parse(answer.value.expireTime),
  };
}

function metadata(path: string, { variables }: CloudEnvironment) {
  const host = variables.GCE_METADATA_HOST || 'metadata.google.internal';
  return {
    url: `http://${host}/computeMetadata/v1/${path}`,
    method: 'GET' as const,
    headers: { 'metadata-flavor': 'Google' },
    timeoutMs: METADATA_TIMEOUT_MS,
  };
}
