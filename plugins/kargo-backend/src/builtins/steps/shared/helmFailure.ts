import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';

/** How Helm 3 and 4 tell that a host did not answer, or not well. */
const PASSING = [
  // An index or a chart, one of a registry, and a proxy that opens no tunnel.
  /: (429|5\d\d) [A-Z]/,
  /status (code )?(429|5\d\d)\b/,
  /: (Bad Gateway|Service Unavailable|Gateway Timeout)(;|$)/m,
  /: (unexpected )?EOF(;|$)/m,
  /connection (refused|reset)|broken pipe|use of closed network connection/,
  /timeout|deadline exceeded|server misbehaving/i,
  /no such host|no route to host|network is unreachable/,
  // Damaged on the way: an index that is none, content of another digest or length.
  /gave no index: error |what came for \S+ is no chart/,
  /invalid response `Content-Type`|mismatched digest|mismatch Content-Length|unexpected commit digest/,
  // What our proxy says of a host that it does not reach.
  /\bE(AI_AGAIN|CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT)\b/,
  /socket hang up|no answer in time/,
];

const ADDRESS = /\b(?:https?|oci):\/\/([^/\s"]+)/;

/**
 * What failed, as an error that is tried again when the fault is a host's and mostly passes.
 *
 * @param said - what Helm printed of it
 */
export function toHelmError(what: string, said: string): Error {
  const message = `${what} failed: ${said}`;
  return PASSING.some(pattern => pattern.test(said))
    ? new UpstreamUnavailableError(ADDRESS.exec(said)?.[1] ?? '', message)
    : new Error(message);
}
