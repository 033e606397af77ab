const HOST = 'bitbucket.org';

/** The user as whom git takes anybody's API token at Bitbucket Cloud. */
export const BITBUCKET_API_TOKEN_USER = 'x-bitbucket-api-token-auth';

/** Whether a user is one of Bitbucket's API, which knows owners of API tokens by their address. */
export function isBitbucketApiUser(
  username: string | undefined,
): username is string {
  return username?.includes('@') ?? false;
}

/** The user that git names to a host: Bitbucket Cloud's takes no address for one. */
export function gitUserAt(hostname: string, username: string): string {
  return hostname === HOST && isBitbucketApiUser(username)
    ? BITBUCKET_API_TOKEN_USER
    : username;
}
