import { HttpResponse } from 'backstage-plugin-kargo-node';

/** @throws Error for an answer whose status is not 2xx, with a sentence and never its body */
export function requireSuccess(
  response: Pick<HttpResponse, 'status' | 'url'>,
): void {
  const { status, url } = response;
  if (status === 401 || status === 403) {
    throw new Error(
      `received authentication error response code: ${status} from ${url.host}`,
    );
  }
  if (status < 200 || status > 299) {
    throw new Error(
      `received non 2xx response code: ${status} from ${url.host}`,
    );
  }
}
