import {
  githubApiURL,
  pathOf,
  readOwnerAndName,
  RestApi,
  StepContext,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** Fields of every step that works with a repository on GitHub. */
export const REPOSITORY_FIELDS = {
  repoURL: z.url({ error: "Does not match format 'uri'" }),
  insecureSkipTLSVerify: z.boolean().default(false),
};

/** What every step here is told of a repository. */
export interface RepositoryConfig {
  repoURL: string;
  insecureSkipTLSVerify: boolean;
}

/** Answers that another request would get as well. */
const FINAL = [400, 404, 410, 422];

/** A repository on GitHub, spoken with by the project's git credentials. */
export interface GithubRepository {
  owner: string;
  name: string;
  api: RestApi;
  /** Path of the repository in the API. */
  path: string;
}

/**
 * Connects to the repository that a step names.
 *
 * @param subject - what the step works with, for messages: `issue`
 * @throws TerminalError when the address names no repository
 */
export async function openRepository(
  { repoURL, insecureSkipTLSVerify }: RepositoryConfig,
  context: StepContext<'credentials' | 'http'>,
  subject: string,
): Promise<GithubRepository> {
  const address = readAddress(repoURL);
  const { owner, name } = address;
  const found = await context.credentials.find({ type: 'git', repoURL });
  const token = found?.password?.reveal();
  return {
    owner,
    name,
    path: pathOf('repos', owner, name),
    api: new RestApi({
      http: context.http,
      now: context.now,
      insecureSkipTLSVerify,
      subject,
      credentials: "the token of the project's git credentials",
      final: FINAL,
      baseURL: githubApiURL(address),
      headers: {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...(token && { authorization: `Bearer ${token}` }),
      },
    }),
  };
}

function readAddress(repoURL: string) {
  try {
    return readOwnerAndName(repoURL);
  } catch (error) {
    throw new TerminalError(`repoURL: ${(error as Error).message}`);
  }
}
