import { lookup, LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { EgressRules, GuardedAddress } from './EgressPolicy';

/** A connection that the egress policy refuses; recognised by its `code`. */
export class EgressRefusedError extends Error {
  readonly code = 'EGRESS_REFUSED';

  constructor(
    readonly host: string,
    readonly address: string,
    readonly kind: GuardedAddress,
  ) {
    super(
      host === address
        ? `${host} is a ${kind} address`
        : `${host} is at ${address}, a ${kind} address`,
    );
  }
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/**
 * Makes connections only to addresses that the rules allow.
 *
 * @remarks
 * The check sits where the connection is made, on the very address it is made to: a
 * check of the URL beforehand would be undone by a redirect or by a name that resolves
 * differently the second time.
 */
export function createGuardedConnector(
  rules: EgressRules,
  options: buildConnector.BuildOptions,
): buildConnector.connector {
  const connect = buildConnector({
    ...options,
    lookup: createGuardedLookup(rules),
  } as buildConnector.BuildOptions);
  return (target, callback) => {
    try {
      // Node does not look up what is an address already.
      refuseGuardedHost(rules, target.hostname);
    } catch (refusal) {
      callback(refusal as Error, null);
      return;
    }
    connect(target, callback);
  };
}

/** A replacement of `dns.lookup` that leaves out addresses the rules refuse. */
export function createGuardedLookup(rules: EgressRules) {
  return (
    hostname: string,
    options: LookupOptions,
    callback: LookupCallback,
  ): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, []);
        return;
      }
      let allowed: string[];
      try {
        const found = addresses.map(({ address }) => address);
        allowed = judgeAddresses(rules, hostname, found);
      } catch (refusal) {
        callback(refusal as Error, []);
        return;
      }
      const open = addresses.filter(({ address }) => allowed.includes(address));
      if (options.all) callback(null, open);
      else callback(null, open[0].address, open[0].family);
    });
  };
}

/**
 * Judges the host of a URL that is an address; what has a name is judged when it is looked up.
 *
 * @throws EgressRefusedError
 */
export function refuseGuardedHost(rules: EgressRules, hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) > 0) judgeAddresses(rules, host, [host]);
}

/**
 * The addresses of a host that the rules allow.
 *
 * @throws EgressRefusedError when there are none.
 */
export function judgeAddresses(
  rules: EgressRules,
  host: string,
  addresses: readonly string[],
): string[] {
  const allowed = addresses.filter(
    address => rules.allowsHost(host) || !rules.refusalOf(address),
  );
  if (allowed.length === 0) {
    const kind = rules.refusalOf(addresses[0]) ?? 'reserved';
    throw new EgressRefusedError(host, addresses[0], kind);
  }
  return allowed;
}
