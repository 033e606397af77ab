import { LoggerService } from '@backstage/backend-plugin-api';
import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import {
  CredentialProvider,
  CredentialProviderContext,
  CredentialsRejectedError,
  githubApiURL,
  readRepositoryURL,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { normalizeGitURL } from '../../../logic/repoUrls';
import { Clock } from '../../../ports/Clock';
import { getToken } from '../shared/askForToken';
import { signJwt } from '../shared/signJwt';
import { decodePrivateKey } from './privateKey';
import { isInScope } from './tokenScopes';

/** What the GitHub App provider needs beside its context. */
export interface GithubAppProviderOptions {
  clock: Clock;
  logger: LoggerService;
}

/** A GitHub repository as its URL names it; `url` is the root of the API. */
interface Repository {
  owner: string;
  name: string;
  url: string;
}

const MINUTE_MS = 60_000;
/** Used when GitHub does not say: leaves 40 minutes after the margin of the cache. */
const DEFAULT_LIFETIME_MS = 45 * MINUTE_MS;
const ATTEMPT_TIMEOUT_MS = 10_000;
const PAUSES_MS = [3_000, 10_000, 30_000];

const InstallationToken = z.object({
  token: z.string().min(1),
  expires_at: z.string().optional(),
});

/** Installation tokens of a GitHub App, each good for one repository. */
export function createGithubAppProvider(
  options: GithubAppProviderOptions,
): CredentialProvider {
  return {
    id: 'github-app',
    appliesTo: (request, data) =>
      request.type === 'git' &&
      /^https?:\/\//i.test(request.repoURL.trim()) &&
      !!(data?.githubAppClientID || data?.githubAppID) &&
      !!data.githubAppInstallationID &&
      !!data.githubAppPrivateKey,
    async resolve(request, data = {}, context, secret) {
      const repository = findRepository(request.repoURL);
      const annotation =
        secret?.metadata.annotations?.[ANNOTATIONS.githubTokenScopes];
      if (
        !repository ||
        !isInScope(annotation, request.project, repository.name)
      ) {
        return undefined;
      }
      const { token, expires_at: expiry } = await mintToken(
        repository,
        data,
        context,
      );
      await waitUntilUsable(repository, token, context, options);
      return {
        username: 'kargo',
        password: SecretText.of(token),
        expiresAt:
          Date.parse(expiry ?? '') || context.now() + DEFAULT_LIFETIME_MS,
      };
    },
  };
}

function findRepository(repoURL: string): Repository | undefined {
  const normalized = normalizeGitURL(repoURL);
  if (!URL.canParse(normalized)) {
    return undefined;
  }
  const url = new URL(normalized);
  const [name, owner] = url.pathname
    .split('/')
    .filter(segment => segment !== '')
    .reverse();
  if (!owner) {
    return undefined;
  }
  return { owner, name, url: githubApiURL(readRepositoryURL(normalized)) };
}

async function mintToken(
  repository: Repository,
  data: Record<string, string>,
  context: CredentialProviderContext,
) {
  const installation = data.githubAppInstallationID.trim();
  if (!/^\d+$/.test(installation)) {
    throw new CredentialsRejectedError(
      'githubAppInstallationID must be a number',
    );
  }
  // GitHub refuses tokens from the future, so a clock that is ahead must not matter.
  const issuedAt = Math.floor(context.now() / 1000) - 60;
  const jwt = await signJwt(
    {
      iss: (data.githubAppClientID || data.githubAppID).trim(),
      iat: issuedAt,
      exp: issuedAt + 600,
    },
    decodePrivateKey(data.githubAppPrivateKey),
    { field: 'githubAppPrivateKey' },
  );
  return getToken(
    {
      url: `${repository.url}/app/installations/${installation}/access_tokens`,
      headers: { ...headersFor(jwt), 'content-type': 'application/json' },
      body: JSON.stringify({ repositories: [repository.name] }),
      schema: InstallationToken,
    },
    context,
  );
}

/**
 * Waits until GitHub knows its own token, which can take a moment after it was made.
 *
 * @remarks A token that does not become usable is used all the same: then the git
 * operation says what is wrong.
 */
async function waitUntilUsable(
  repository: Repository,
  token: string,
  context: CredentialProviderContext,
  { clock, logger }: GithubAppProviderOptions,
): Promise<void> {
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    if (await isUsable(repository, token, context)) {
      return;
    }
    if (pauseMs !== undefined) {
      await clock.sleep(pauseMs, context.signal);
    }
  }
  logger.warn('A GitHub App token is used although GitHub does not accept it', {
    repository: `${repository.owner}/${repository.name}`,
  });
}

async function isUsable(
  { owner, name, url }: Repository,
  token: string,
  context: CredentialProviderContext,
): Promise<boolean> {
  const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  const { signal } = context;
  try {
    const response = await context.fetch(`${url}/repos/${owner}/${name}`, {
      headers: headersFor(token),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    await response.body?.cancel();
    // A redirect is what a renamed repository answers to a token that it accepts.
    return response.status < 400;
  } catch {
    // Not being able to ask proves nothing; it is asked again like a refusal.
    signal?.throwIfAborted();
    return false;
  }
}

function headersFor(token: string): Record<string, string> {
  return {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
  };
}
