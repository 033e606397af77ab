import { isError } from '@backstage/errors';
import {
  AzureDevOpsCredentialsProvider,
  BitbucketCloudIntegrationConfig,
  BitbucketServerIntegrationConfig,
  DefaultAzureDevOpsCredentialsProvider,
  DefaultGithubCredentialsProvider,
  getBitbucketCloudOAuthToken,
  GithubCredentialsProvider,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  CredentialProvider,
  CredentialRequest,
  CredentialsRejectedError,
  SecretText,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { BITBUCKET_API_TOKEN_USER } from '../../../logic/credentials/bitbucketUser';

/** User and password as git hosts take them. */
interface Login {
  username: string;
  password: string;
}

/** Gives a login for a URL; `undefined` when the integration holds none. */
type LoginSource = (url: string) => Promise<Login | undefined>;

interface Sources {
  integrations: ScmIntegrationRegistry;
  github: GithubCredentialsProvider;
  azure: AzureDevOpsCredentialsProvider;
}

/**
 * Credentials of the portal's own `integrations`, for git repositories that no Secret is
 * for.
 *
 * @remarks
 * A Secret that matches, even one of no use, keeps them away: its owner meant to decide.
 * The tokens are kept and renewed by the integrations themselves.
 */
export function createIntegrationsProvider(
  integrations: ScmIntegrationRegistry,
): CredentialProvider {
  const sources: Sources = {
    integrations,
    github: DefaultGithubCredentialsProvider.fromIntegrations(integrations),
    azure: DefaultAzureDevOpsCredentialsProvider.fromIntegrations(integrations),
  };
  return {
    id: 'integrations',
    appliesTo: (request, data) => !data && !!findSource(request, sources),
    async resolve(request) {
      const url = request.repoURL.trim();
      const login = await askSource(url, findSource(request, sources));
      return (
        login && {
          username: login.username,
          password: SecretText.of(login.password),
          isUnreadable: true,
        }
      );
    },
  };
}

async function askSource(
  url: string,
  source: LoginSource | undefined,
): Promise<Login | undefined> {
  try {
    return await source?.(url);
  } catch (error) {
    // The app is installed for other repositories, so for a public one there is no token.
    if (
      isError(error) &&
      /does not have access to a repo/.test(error.message)
    ) {
      return undefined;
    }
    throw toCredentialsError(error, new URL(url).host);
  }
}

/** The original error is not kept as the cause: it holds the request with its headers. */
function toCredentialsError(error: unknown, host: string): Error {
  const status = isError(error) ? Number(error.status) : NaN;
  const reason = status ? `answered ${status}` : 'gave none';
  const message = `The portal's integration for ${host} was asked for credentials and ${reason}`;
  return status === 401 || status === 403 || status === 404
    ? new CredentialsRejectedError(message)
    : new UpstreamUnavailableError(host, message);
}

function findSource(
  request: CredentialRequest,
  sources: Sources,
): LoginSource | undefined {
  const url = request.repoURL.trim();
  if (
    request.type !== 'git' ||
    !/^https?:\/\//i.test(url) ||
    !URL.canParse(url)
  ) {
    return undefined;
  }
  const host = new URL(url).host;
  return (
    findGithub(host, sources) ??
    findAzure(host, sources) ??
    findBitbucket(host, sources) ??
    findOther(host, sources)
  );
}

function findGithub(
  host: string,
  { integrations, github }: Sources,
): LoginSource | undefined {
  const config = integrations.github.byHost(host)?.config;
  if (!config?.token && !config?.apps?.length) {
    return undefined;
  }
  return async url => {
    const { token } = await github.getCredentials({ url });
    return toLogin('x-access-token', token);
  };
}

function findAzure(
  host: string,
  { integrations, azure }: Sources,
): LoginSource | undefined {
  if (!integrations.azure.byHost(host)?.config.credentials?.length) {
    return undefined;
  }
  return async url => {
    const credentials = await azure.getCredentials({ url });
    return toLogin('kargo', credentials?.token);
  };
}

function findBitbucket(
  host: string,
  { integrations }: Sources,
): LoginSource | undefined {
  const cloud = integrations.bitbucketCloud.byHost(host)?.config;
  if (cloud?.clientId && cloud.clientSecret) {
    const { clientId, clientSecret } = cloud;
    return async () =>
      toLogin(
        'x-token-auth',
        await getBitbucketCloudOAuthToken(clientId, clientSecret),
      );
  }
  const server = integrations.bitbucketServer.byHost(host)?.config;
  return fixed(
    (cloud && bitbucketCloudLogin(cloud)) ??
      (server && bitbucketServerLogin(server)),
  );
}

function bitbucketCloudLogin(
  config: BitbucketCloudIntegrationConfig,
): Login | undefined {
  const { username, token, appPassword } = config;
  return token
    ? toLogin(username ?? BITBUCKET_API_TOKEN_USER, token)
    : toLogin(username, appPassword);
}

function bitbucketServerLogin(
  config: BitbucketServerIntegrationConfig,
): Login | undefined {
  const { username, token, password } = config;
  return token ? toLogin('x-token-auth', token) : toLogin(username, password);
}

function findOther(
  host: string,
  { integrations }: Sources,
): LoginSource | undefined {
  const gitlab = integrations.gitlab.byHost(host)?.config;
  const gitea = integrations.gitea.byHost(host)?.config;
  const gerrit = integrations.gerrit.byHost(host)?.config;
  return fixed(
    toLogin('oauth2', gitlab?.token) ??
      // A token alone is a password there, of whatever user.
      toLogin(gitea?.username ?? 'kargo', gitea?.password) ??
      toLogin(gerrit?.username, gerrit?.password),
  );
}

function fixed(login: Login | undefined): LoginSource | undefined {
  return login && (async () => login);
}

function toLogin(
  username: string | undefined,
  password: string | undefined,
): Login | undefined {
  return username && password ? { username, password } : undefined;
}
