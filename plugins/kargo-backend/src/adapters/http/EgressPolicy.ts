import { BlockList, isIP } from 'node:net';

/** Which addresses the portal connects to on behalf of users, who choose the URLs. */
export interface EgressPolicy {
  /** Whether addresses of the portal's own machine may be reached; no unless told. */
  allowLoopback?: boolean;
  /**
   * Hosts that may be reached whatever their address (`registry.corp`, `*.corp`), and
   * addresses or networks that may be reached under any name (`10.1.0.0/16`, `fd00::/8`).
   */
  allow?: readonly string[];
}

/** Kind of address that is not reached unless allowed. */
export type GuardedAddress = 'loopback' | 'link-local' | 'private' | 'reserved';

/** An {@link EgressPolicy}, ready to be asked. */
export interface EgressRules {
  /** Whether a host name may be reached whatever its address is. */
  allowsHost(host: string): boolean;
  /** Why an IP address may not be reached; `undefined` when it may. */
  refusalOf(address: string): GuardedAddress | undefined;
}

const NETWORKS: Record<GuardedAddress, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  private: [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    'fc00::/7',
  ],
  reserved: [
    '0.0.0.0/8',
    '192.0.0.0/24',
    '198.18.0.0/15',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '::/128',
    'ff00::/8',
  ],
};

const KINDS = Object.keys(NETWORKS) as GuardedAddress[];
const GUARDED = KINDS.map(kind => [kind, toBlockList(NETWORKS[kind])] as const);

/** The kind of an address that needs permission; `undefined` for public addresses. */
export function guardedKindOf(address: string): GuardedAddress | undefined {
  const plain = embeddedIPv4(address) ?? address;
  return GUARDED.find(([, list]) => contains(list, plain))?.[0];
}

/**
 * Prepares an egress policy.
 *
 * @throws Error when an entry with a slash is not a network.
 */
export function compileEgressPolicy(policy: EgressPolicy): EgressRules {
  const entries = (policy.allow ?? []).map(entry => entry.toLowerCase());
  const isNetwork = (entry: string) => entry.includes('/') || isIP(entry) > 0;
  const networks = toBlockList(entries.filter(isNetwork));
  const hosts = entries.filter(entry => !isNetwork(entry));
  return {
    allowsHost(host) {
      const name = host.toLowerCase().replace(/\.$/, '');
      return hosts.some(entry =>
        entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : name === entry,
      );
    },
    refusalOf(address) {
      const kind = guardedKindOf(address);
      if (kind === 'loopback' && policy.allowLoopback) return undefined;
      return kind && contains(networks, embeddedIPv4(address) ?? address)
        ? undefined
        : kind;
    },
  };
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/');
    const version = isIP(address);
    if (version === 0) {
      throw new Error(`"${network}" is not an IP address or network`);
    }
    list.addSubnet(
      address,
      Number(prefix ?? (version === 4 ? 32 : 128)),
      familyOf(version),
    );
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, familyOf(isIP(address)));
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 6 ? 'ipv6' : 'ipv4';
}

/** The IPv4 address inside an IPv4-mapped (RFC 4291) or NAT64 (RFC 6052) IPv6 address. */
function embeddedIPv4(address: string): string | undefined {
  const tail = /^(?:::ffff:|64:ff9b::)(.+)$/i.exec(address)?.[1];
  if (!tail) return undefined;
  if (isIP(tail) === 4) return tail;
  const groups = /^(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/i.exec(tail);
  if (!groups) return undefined;
  const [high, low] = [groups[1] ?? '0', groups[2]].map(g => parseInt(g, 16));
  return [high, low]
    .flatMap(group => [Math.floor(group / 256), group % 256])
    .join('.');
}
