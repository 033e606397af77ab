import { AwsV4Signer } from 'aws4fetch';
import {
  CredentialProviderContext,
  RepoCredentials,
  SecretText,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { askForToken, TokenAnswer } from '../shared/askForToken';

/** A pair of AWS keys, with the token that makes temporary ones valid. */
export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: SecretText;
  sessionToken?: SecretText;
}

/** A request to an AWS service in one region. */
interface AwsRequest<T> {
  url: string;
  service: 'ecr' | 'sts';
  region: string;
  headers: Record<string, string>;
  body: string;
  schema: z.ZodType<T>;
}

/** AWS says so itself; used when it does not. */
const DEFAULT_LIFETIME_MS = 10 * 60 * 60_000;

const AuthorizationTokens = z.object({
  authorizationData: z
    .array(
      z.object({
        authorizationToken: z.string().min(1),
        expiresAt: z.number().optional(),
      }),
    )
    .nonempty(),
});

/** Asks ECR for a registry password (`GetAuthorizationToken`) with the given keys. */
export async function askForRegistryToken(
  region: string,
  keys: AwsKeys,
  context: CredentialProviderContext,
): Promise<TokenAnswer<RepoCredentials>> {
  const url = `https://api.ecr.${region}.amazonaws.com/`;
  const answer = await askAws(
    {
      url,
      service: 'ecr',
      region,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target':
          'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
      },
      body: '{}',
      schema: AuthorizationTokens,
    },
    keys,
    context,
  );
  if (answer.kind === 'refused') {
    return answer;
  }
  const [{ authorizationToken, expiresAt }] = answer.value.authorizationData;
  const pair = Buffer.from(authorizationToken, 'base64').toString('utf8');
  const [, username, password] = /^([^:]+):(.+)$/s.exec(pair) ?? [];
  if (!password) {
    throw new UpstreamUnavailableError(
      new URL(url).host,
      'ECR answered with a token that holds no user and password',
    );
  }
  return {
    kind: 'granted',
    value: {
      username,
      password: SecretText.of(password),
      expiresAt: expiresAt
        ? expiresAt * 1000
        : context.now() + DEFAULT_LIFETIME_MS,
    },
  };
}

/** Sends a request that is signed with the keys (Signature Version 4). */
export async function askAws<T>(
  request: AwsRequest<T>,
  keys: AwsKeys,
  context: CredentialProviderContext,
): Promise<TokenAnswer<T>> {
  const { url, headers, body, service, region, schema } = request;
  const signer = new AwsV4Signer({
    method: 'POST',
    url,
    headers,
    body,
    service,
    region,
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey.reveal(),
    sessionToken: keys.sessionToken?.reveal(),
    datetime: toAmzDate(context.now()),
  });
  const signed = await signer.sign();
  return askForToken(
    {
      url,
      headers: Object.fromEntries(signed.headers.entries()),
      body,
      schema,
    },
    context,
  );
}

/** `20260102T030405Z`. */
function toAmzDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/[:-]|\.\d{3}/g, '');
}
