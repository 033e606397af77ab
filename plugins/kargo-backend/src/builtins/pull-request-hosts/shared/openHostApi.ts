import { PullRequestConnection, RestApi } from 'backstage-plugin-kargo-node';

const MAX_BYTES = 8 * 1024 * 1024;

/** Where an API is, and who asks. */
interface HostAddress {
  baseURL: string;
  headers: Record<string, string>;
  /** What may be wrong with the token, for messages. */
  hint?: string;
}

/** The API of a host of repositories, below an address of it. */
export function openHostApi(
  connection: PullRequestConnection,
  { hint, ...address }: HostAddress,
): RestApi {
  return new RestApi({
    ...connection,
    ...address,
    subject: 'repository or pull request',
    credentials: `the token of the project's git credentials${
      hint ? ` (${hint})` : ''
    }`,
    maxBytes: MAX_BYTES,
  });
}
