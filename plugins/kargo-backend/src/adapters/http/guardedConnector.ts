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
    // Node does not look up what is an address already.
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const kind =
      isIP(host) > 0 && !rules.allowsHost(host)
        ? rules.refusalOf(host)
        : undefined;
    if (kind) callback(new EgressRefusedError(host, host, kind), null);
    else connect(target, callback);
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
      const open = rules.allowsHost(hostname)
        ? addresses
        : addresses.filter(({ address }) => !rules.refusalOf(address));
      if (open.length === 0) {
        const { address } = addresses[0];
        const kind = rules.refusalOf(address) ?? 'reserved';
        callback(new EgressRefusedError(hostname, address, kind), []);
      } else if (options.all) {
        callback(null, open);
      } else {
        callback(null, open[0].address, open[0].family);
      }
    });
  };
}
