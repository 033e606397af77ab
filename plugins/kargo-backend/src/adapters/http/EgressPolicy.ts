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
export type GuardedAddress =
  | 'loopback'
  | 'link-local'
  | 'cloud-metadata'
  | 'private'
  | 'reserved';

/** An {@link EgressPolicy}, ready to be asked. */
export interface EgressRules {
  /** Whether a host name may be reached whatever its address is. */
  allowsHost(host: string): boolean;
  /** Why an IP address may not be reached; `undefined` when it may. */
  refusalOf(address: string): GuardedAddress | undefined;
}

/**
 * What is not on the public internet (IANA's special-purpose registries), and the services
 * of cloud providers that answer any process of a machine with its credentials.
 */
const NETWORKS: Record<GuardedAddress, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  'cloud-metadata': [
    // Azure's platform service, the only one at a public address.
    '168.63.129.16/32',
    // Alibaba Cloud, Oracle Cloud; AWS and Google Cloud over IPv6.
    '100.100.100.200/32',
    '192.0.0.192/32',
    'fd00:ec2::254/128',
    'fd20:ce::254/128',
  ],
  private: [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    'fc00::/7',
    'fec0::/10',
  ],
  reserved: [
    '0.0.0.0/8',
    '192.0.0.0/24',
    // Documentation, and the relays of 6to4.
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
    // Benchmarks.
    '198.18.0.0/15',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '::/128',
    // NAT64 of one network, discarded, Teredo and other protocols, documentation.
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '3fff::/20',
    // 6to4: whichever relay is near decides where it leads.
    '2002::/16',
    // Segment identifiers.
    '5f00::/16',
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

/** A list of networks and addresses. @throws Error when an entry is neither. */
export function toBlockList(networks: readonly string[]): BlockList {
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

/** Whether an address is in a list, whatever its version. */
export function contains(list: BlockList, address: string): boolean {
  const [plain] = address.split('%');
  return list.check(plain, familyOf(isIP(plain)));
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 6 ? 'ipv6' : 'ipv4';
}

/**
 * Prefixes of IPv6 addresses that stand for the IPv4 address in their last 32 bits: mapped
 * and compatible (RFC 4291), translated (RFC 2765) and NAT64 (RFC 6052).
 */
const EMBEDDING = [
  '0:0:0:0:0:ffff',
  '0:0:0:0:0:0',
  '0:0:0:0:ffff:0',
  '64:ff9b:0:0:0:0',
];

function embeddedIPv4(address: string): string | undefined {
  const groups = isIP(address) === 6 ? groupsOf(address) : [];
  if (!EMBEDDING.includes(groups.slice(0, 6).join(':'))) return undefined;
  const bytes = groups
    .slice(6)
    .map(group => parseInt(group, 16))
    .flatMap(group => [Math.floor(group / 256), group % 256]);
  // These two are IPv6's own: unspecified and loopback.
  const isOwn = groups.slice(0, 7).every(group => group === '0');
  return isOwn && bytes[2] === 0 && bytes[3] <= 1 ? undefined : bytes.join('.');
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  const [plain] = address.split('%');
  const { hostname } = new URL(`http://[${plain}]`);
  const [head, tail] = hostname.slice(1, -1).split('::');
  const before = head.split(':').filter(group => group !== '');
  const after = (tail ?? '').split(':').filter(group => group !== '');
  const missing = 8 - before.length - after.length;
  return [...before, ...Array(missing).fill('0'), ...after];
}
