import {
  CredentialProviderContext,
  CredentialsRejectedError,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { askForToken, getToken, TokenAnswer } from '../shared/askForToken';
import { CloudEnvironment } from '../shared/CloudEnvironment';
import { askAws, AwsKeys } from './awsRequests';

/** Who the portal is in AWS. */
export interface AwsCaller {
  keys: AwsKeys;
  /** Twelve digits. */
  account: string;
  /** `aws` or one of its siblings, as ARNs name it. */
  partition: string;
}

const STS_VERSION = '2011-06-15';
const SESSION_NAME = 'kargo-controller';
const FORM = {
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
};

const StsKeys = z
  .object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    SessionToken: z.string(),
  })
  .transform(
    (keys): AwsKeys => ({
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: SecretText.of(keys.SecretAccessKey),
      sessionToken: SecretText.of(keys.SessionToken),
    }),
  );

const AssumedRole = z
  .object({
    AssumeRoleResponse: z.object({
      AssumeRoleResult: z.object({ Credentials: StsKeys }),
    }),
  })
  .transform(body => body.AssumeRoleResponse.AssumeRoleResult.Credentials);

const AssumedWebIdentity = z
  .object({
    AssumeRoleWithWebIdentityResponse: z.object({
      AssumeRoleWithWebIdentityResult: z.object({ Credentials: StsKeys }),
    }),
  })
  .transform(
    body =>
      body.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult
        .Credentials,
  );

const CallerIdentity = z
  .object({
    GetCallerIdentityResponse: z.object({
      GetCallerIdentityResult: z.object({
        Account: z.string(),
        Arn: z.string(),
      }),
    }),
  })
  .transform(body => body.GetCallerIdentityResponse.GetCallerIdentityResult);

const ContainerKeys = z
  .object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    Token: z.string(),
  })
  .transform(
    (keys): AwsKeys => ({
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: SecretText.of(keys.SecretAccessKey),
      sessionToken: SecretText.of(keys.Token),
    }),
  );

/** Whether the platform gives the portal an AWS identity: IRSA or EKS Pod Identity. */
export function hasAwsIdentity({ variables }: CloudEnvironment): boolean {
  return (
    !!variables.AWS_CONTAINER_CREDENTIALS_FULL_URI ||
    (!!variables.AWS_ROLE_ARN && !!variables.AWS_WEB_IDENTITY_TOKEN_FILE)
  );
}

/**
 * Takes the identity of the platform and asks AWS whose it is.
 *
 * @throws CredentialsRejectedError, UpstreamUnavailableError
 */
export async function getAwsCaller(
  environment: CloudEnvironment,
  context: CredentialProviderContext,
): Promise<AwsCaller> {
  const keys = environment.variables.AWS_WEB_IDENTITY_TOKEN_FILE
    ? await getWebIdentityKeys(environment, context)
    : await getContainerKeys(environment, context);
  const answer = await askAws(
    {
      ...stsOf(environment),
      body: form({ Action: 'GetCallerIdentity' }),
      schema: CallerIdentity,
    },
    keys,
    context,
  );
  if (answer.kind === 'refused') {
    throw answer.error;
  }
  const { Account, Arn } = answer.value;
  return { keys, account: Account, partition: Arn.split(':')[1] };
}

/** Asks for the keys of a role; the role's trust policy can demand the external ID. */
export async function assumeRole(
  role: { arn: string; externalId: string },
  caller: AwsCaller,
  environment: CloudEnvironment,
  context: CredentialProviderContext,
): Promise<TokenAnswer<AwsKeys>> {
  return askAws(
    {
      ...stsOf(environment),
      body: form({
        Action: 'AssumeRole',
        RoleArn: role.arn,
        RoleSessionName: SESSION_NAME,
        ExternalId: role.externalId,
      }),
      schema: AssumedRole,
    },
    caller.keys,
    context,
  );
}

/** IRSA: the cluster vouches for the pod. */
async function getWebIdentityKeys(
  environment: CloudEnvironment,
  context: CredentialProviderContext,
): Promise<AwsKeys> {
  const { variables } = environment;
  const token = await environment.readFile(
    variables.AWS_WEB_IDENTITY_TOKEN_FILE ?? '',
  );
  const { url } = stsOf(environment);
  return getToken(
    {
      url,
      headers: FORM,
      body: form({
        Action: 'AssumeRoleWithWebIdentity',
        RoleArn: variables.AWS_ROLE_ARN ?? '',
        RoleSessionName: SESSION_NAME,
        WebIdentityToken: token.trim(),
      }),
      schema: AssumedWebIdentity,
    },
    context,
  );
}

/** EKS Pod Identity: an agent on the node gives out the keys. */
async function getContainerKeys(
  environment: CloudEnvironment,
  context: CredentialProviderContext,
): Promise<AwsKeys> {
  const { variables } = environment;
  const file = variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const token = file
    ? (await environment.readFile(file)).trim()
    : variables.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const answer = await askForToken(
    {
      url: variables.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '',
      method: 'GET',
      headers: token ? { authorization: token } : {},
      schema: ContainerKeys,
    },
    { ...context, fetch: environment.fetch },
  );
  if (answer.kind === 'refused') {
    throw new CredentialsRejectedError(
      `The agent of EKS Pod Identity answered ${answer.status}`,
    );
  }
  return answer.value;
}

function stsOf({ variables }: CloudEnvironment) {
  const region =
    variables.AWS_REGION || variables.AWS_DEFAULT_REGION || 'us-east-1';
  return {
    url: `https://sts.${region}.amazonaws.com/`,
    service: 'sts' as const,
    region,
    headers: FORM,
  };
}

function form(fields: Record<string, string>): string {
  return new URLSearchParams({ ...fields, Version: STS_VERSION }).toString();
}
