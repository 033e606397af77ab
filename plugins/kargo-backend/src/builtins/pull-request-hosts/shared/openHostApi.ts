import { PullRequestConnection, RestApi } from 'backstage-plugin-kargo-node';
import { readJson } from '../../../foreign/json';
import { DATA_LIMITS } from '../../../foreign/limits';

const MAX_BYTES = 8 * 1024 * 1024;

/** The API of a host of repositories, below an address of it. */
export function openHostApi(
  connection: PullRequestConnection,
  address: { baseURL: string; headers: Record<string, string> },
): RestApi {
  return new RestApi({
    ...connection,
    ...address,
    subject: 'repository or pull request',
    credentials: "the token of the project's git credentials",
    maxBytes: MAX_BYTES,
    readJson: body => readJson(body, DATA_LIMITS),
  });
}
