import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:([0-9.]+)$/i;
const GROUPS = 8;
/** Of 16 bits each: a customer gets a /64 or more, and any address in it for the asking. */
const NETWORK_GROUPS = 4;

/** Who is taken for one sender: an IPv4 address, or a network of IPv6. */
export function senderOf(address: string): string {
  const [, mapped] = MAPPED.exec(address) ?? [];
  if (mapped !== undefined || !isIPv6(address)) {
    return mapped ?? address;
  }
  const [head, tail] = address
    .split('::')
    .map(part => part.split(':').filter(group => group !== ''));
  const zeros = GROUPS - head.length - (tail?.length ?? 0);
  const groups = [...head, ...Array(zeros).fill('0'), ...(tail ?? [])];
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map(group => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
