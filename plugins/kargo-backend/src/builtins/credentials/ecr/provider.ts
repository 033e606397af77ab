import {
  CredentialProvider,
  CredentialProviderContext,
  CredentialRequest,
  CredentialsRejectedError,
  RepoCredentials,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { normalizeRepoURL } from '../../../logic/repoUrls';
import { TokenAnswer } from '../shared/askForToken';
import { CloudEnvironment } from '../shared/CloudEnvironment';
import {
  assumeRole,
  AwsCaller,
  getAwsCaller,
  hasAwsIdentity,
} from './ambientIdentity';
import { askForRegistryToken, AwsKeys } from './awsRequests';

/** What the ECR provider needs beside its context. */
export interface EcrProviderOptions {
  /** Absent: identities of the environment are not used. */
  environment?: CloudEnvironment;
}

/** A private registry of ECR, as the host of its images names it. */
interface EcrRegistry {
  account: string;
  region: string;
}

// A region goes into the name of the host that is asked.
const REGION = /^[a-z0-9-]+$/;
const HOST = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\//;

/**
 * Passwords of Amazon ECR: by an access key in a Secret, else by the portal's own AWS
 * identity and the roles that it may assume for a project.
 */
export function createEcrProvider(
  options: EcrProviderOptions,
): CredentialProvider {
  const environment =
    options.environment && hasAwsIdentity(options.environment)
      ? options.environment
      : undefined;
  return {
    id: 'ecr',
    appliesTo: (request, data) =>
      !!findRegistry(request) && (hasAccessKey(data) || !!environment),
    audience: (request, data) =>
      hasAccessKey(data)
        ? 'access-key'
        : JSON.stringify([request.project, findRegistry(request)]),
    async resolve(request, data, context) {
      if (hasAccessKey(data)) {
        return resolveByAccessKey(data, context);
      }
      const registry = findRegistry(request);
      return (
        registry &&
        environment &&
        resolveByIdentity(request.project, registry, environment, context)
      );
    },
  };
}

function findRegistry(request: CredentialRequest): EcrRegistry | undefined {
  if (request.type === 'git') {
    return undefined;
  }
  const url = normalizeRepoURL(request.type, request.repoURL);
  const match = HOST.exec(url);
  return match ? { account: match[1], region: match[2] } : undefined;
}

function hasAccessKey(
  data: Record<string, string> | undefined,
): data is Record<string, string> {
  return (
    !!data?.awsRegion && !!data.awsAccessKeyID && !!data.awsSecretAccessKey
  );
}

async function resolveByAccessKey(
  data: Record<string, string>,
  context: CredentialProviderContext,
): Promise<RepoCredentials> {
  const region = data.awsRegion.trim();
  if (!REGION.test(region)) {
    throw new CredentialsRejectedError('awsRegion is not a region of AWS');
  }
  const keys = {
    accessKeyId: data.awsAccessKeyID.trim(),
    secretAccessKey: SecretText.of(data.awsSecretAccessKey.trim()),
  };
  const answer = await askForRegistryToken(region, keys, context);
  if (answer.kind === 'refused') {
    throw answer.error;
  }
  return answer.value;
}

/**
 * Tries the project's role in the registry's account, then the one in the portal's own
 * account, then the portal itself. Only a refusal leads on: any other trouble would
 * silently widen or narrow what a project can reach.
 */
async function resolveByIdentity(
  project: string,
  registry: EcrRegistry,
  environment: CloudEnvironment,
  context: CredentialProviderContext,
): Promise<RepoCredentials | undefined> {
  const caller = await getAwsCaller(environment, context);
  const name = `kargo-project-${project}`;
  for (const account of new Set([registry.account, caller.account])) {
    const role = {
      arn: `arn:${caller.partition}:iam::${account}:role/${name}`,
      externalId: name,
    };
    const found = await tryKeys(
      () => assumeRole(role, caller, environment, context),
      keys => askForRegistryToken(registry.region, keys, context),
    );
    if (found) {
      return found;
    }
  }
  return tryOwnKeys(caller, registry, context);
}

async function tryKeys(
  ask: () => Promise<TokenAnswer<AwsKeys>>,
  use: (keys: AwsKeys) => Promise<TokenAnswer<RepoCredentials>>,
): Promise<RepoCredentials | undefined> {
  const keys = unlessDenied(await ask());
  return keys && unlessDenied(await use(keys));
}

async function tryOwnKeys(
  caller: AwsCaller,
  registry: EcrRegistry,
  context: CredentialProviderContext,
): Promise<RepoCredentials | undefined> {
  return unlessDenied(
    await askForRegistryToken(registry.region, caller.keys, context),
  );
}

/** ECR denies with status 400 and a code, STS with status 403. */
function unlessDenied<T>(answer: TokenAnswer<T>): T | undefined {
  if (answer.kind === 'granted') {
    return answer.value;
  }
  const isDenied =
    answer.status === 403 ||
    /^AccessDenied(Exception)?$/.test(answer.code ?? '');
  if (!isDenied) {
    throw answer.error;
  }
  return undefined;
}
