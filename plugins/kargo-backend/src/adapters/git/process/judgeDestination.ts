import { lookup } from 'node:dns/promises';
import { InputError } from '@backstage/errors';
import { EgressRules } from '../../http/EgressPolicy';
import { judgeAddresses } from '../../http/guardedConnector';
import { FindProxy } from '../../http/proxies';
import { toTransportError } from '../../http/transportError';
import { Destination, parseDestination } from './parseDestination';

/** All addresses of a host name; rejects like `dns.lookup`. */
export type ResolveHost = (host: string) => Promise<string[]>;

/** How one call of git reaches the addresses that were judged, and only those. */
export interface JudgedDestination {
  readonly config: ReadonlyArray<readonly [string, string]>;
  /** Values for `ssh -o`. */
  readonly sshOptions: readonly string[];
}

/**
 * Decides whether git may connect to where a URL leads, and pins the addresses that
 * were judged: a name may resolve to something else the second time.
 *
 * @remarks
 * A proxy resolves names by itself; behind one only addresses in the URL are judged, as
 * for HTTP requests.
 *
 * @throws InputError when the URL cannot be read or the address is refused.
 * @throws UpstreamUnavailableError when the name does not resolve; of `redirectedFrom`
 *   when the address is refused.
 */
export async function judgeDestination(
  url: string,
  options: {
    rules: EgressRules;
    findProxy: FindProxy;
    resolve?: ResolveHost;
    /** Host whose redirect led here. */
    redirectedFrom?: string;
  },
): Promise<JudgedDestination> {
  const { rules, findProxy, redirectedFrom } = options;
  const destination = parseDestination(url);
  if (!destination) {
    // The text is not repeated: it may contain credentials.
    throw new InputError(
      'the host of the repository URL cannot be read; expected https://, http://, ssh:// or user@host:path',
    );
  }
  const { host, isAddress } = destination;
  try {
    if (isAddress) {
      judgeAddresses(rules, host, [host]);
    }
    if (isAddress || findProxy(destination)) {
      return { config: [], sshOptions: [] };
    }
    const { resolve = resolveHost } = options;
    return pin(destination, judgeAddresses(rules, host, await resolve(host)));
  } catch (error) {
    throw toTransportError(error, host, redirectedFrom);
  }
}

async function resolveHost(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

function pin(
  destination: Destination,
  addresses: readonly string[],
): JudgedDestination {
  const { protocol, host, port } = destination;
  if (protocol === 'ssh') {
    // Host keys stay filed under the name.
    const alias = port === 22 ? host : `[${host}]:${port}`;
    return {
      config: [],
      sshOptions: [`HostName=${addresses[0]}`, `HostKeyAlias=${alias}`],
    };
  }
  const list = addresses
    .map(address => (address.includes(':') ? `[${address}]` : address))
    .join(',');
  const names = new Set([host, host.replace(/\.$/, '')]);
  return {
    config: [...names].map(name => [
      'http.curloptResolve',
      `${name}:${port}:${list}`,
    ]),
    sshOptions: [],
  };
}
