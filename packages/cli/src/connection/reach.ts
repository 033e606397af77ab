import { KargoFetch } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * Sends a request.
 *
 * @param place - what the person knows its address as
 * @throws CliError when nobody answers: why, and what may help
 */
export async function reach(
  { fetch, environment }: Pick<CliContext, 'fetch' | 'environment'>,
  place: string,
  ...[url, init]: Parameters<KargoFetch>
): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { reason, code } = findCause(error);
    const advice = findAdvice(code, place, environment);
    throw new CliError(`cannot reach ${place}: ${reason}${advice}`, {
      cause: error,
    });
  }
}

/** `fetch` hides the reason in the cause; several addresses of a host make several. */
function findCause(error: unknown): { reason: string; code?: string } {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code, message } = cause as { code?: string; message?: string };
  return { reason: message || code || String(cause), code };
}

/** Node.js goes neither by the system's authorities nor by its proxies unless it is told to. */
function findAdvice(
  code: string | undefined,
  place: string,
  environment: CliContext['environment'],
): string {
  if (code && UNTRUSTED.has(code)) {
    return '; for an authority of your own set NODE_USE_SYSTEM_CA=1, or NODE_EXTRA_CA_CERTS to the file of its certificate';
  }
  const name = place.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = environment[name] || environment[name.toLowerCase()];
  if (!proxy) {
    return '';
  }
  return environment.NODE_USE_ENV_PROXY
    ? `; ${name} is set: the proxy is asked, unless NO_PROXY names the server`
    : `; ${name} is set, which counts with NODE_USE_ENV_PROXY=1`;
}
