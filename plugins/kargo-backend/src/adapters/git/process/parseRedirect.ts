import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { targetOf } from '../../http/redirects';

const ADVERTISEMENT = '/info/refs?service=git-upload-pack';

/**
 * Reads from git's trace of HTTP headers where the last answer redirects to, as the URL
 * of a repository without credentials; `undefined` when it does not redirect.
 *
 * @throws UpstreamUnavailableError when the target is not a repository, or not to be
 *   followed.
 */
export function parseRedirect(trace: string, url: string): string | undefined {
  let location: string | undefined;
  for (const [, header] of trace.matchAll(/<= Recv header: ([^\r\n]*)/g)) {
    if (/^HTTP\//.test(header)) location = undefined;
    location = /^location:\s*(\S+)/i.exec(header)?.[1] ?? location;
  }
  if (location === undefined) return undefined;
  const from = new URL(`${url.replace(/\/$/, '')}${ADVERTISEMENT}`);
  const to = targetOf(location, from);
  to.username = '';
  to.password = '';
  if (!to.href.endsWith(ADVERTISEMENT)) {
    throw new UpstreamUnavailableError(
      from.host,
      `${from.host} redirects to a page of ${to.host} that is not a git repository; check the URL`,
    );
  }
  return to.href.slice(0, -ADVERTISEMENT.length);
}
