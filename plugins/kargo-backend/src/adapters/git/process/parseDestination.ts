import { isIP } from 'node:net';

/** Where a git URL leads. */
export interface Destination {
  readonly protocol: 'http' | 'https' | 'ssh';
  /** In lower case and without brackets; addresses in their usual form. */
  readonly host: string;
  readonly port: number;
  /** Whether `host` is an address already. */
  readonly isAddress: boolean;
}

const HOST = String.raw`(\[[0-9a-f:.]+\]|[a-z0-9_][a-z0-9._-]*)`;
const PORT = String.raw`(?::(\d{1,5}))?(?=\/|$)`;
const HTTP = new RegExp(
  String.raw`^(https?):\/\/(?:[^\s/?#@\\]*@)?${HOST}${PORT}`,
  'i',
);
const SSH_USER = String.raw`(?:[\w.+~-]+@)?`;
const SSH = new RegExp(String.raw`^(ssh):\/\/${SSH_USER}${HOST}${PORT}`, 'i');
const SCP = new RegExp(String.raw`^${SSH_USER}${HOST}:(?![:]|\/\/)`, 'i');

const DEFAULT_PORTS = { http: 80, https: 443, ssh: 22 };

/**
 * Reads host and port of `https://…`, `http://…`, `ssh://…` and `user@host:path`.
 *
 * @remarks
 * Narrow on purpose: programs disagree about the host in `https://a\@b/` or
 * `https://%61/`, and what is judged must be what is connected to. `undefined` for
 * everything that leaves room.
 */
export function parseDestination(url: string): Destination | undefined {
  const [, scheme, urlHost, urlPort] = HTTP.exec(url) ?? SSH.exec(url) ?? [];
  const written = urlHost ?? SCP.exec(url)?.[1];
  if (written === undefined || !URL.canParse(`http://${written}`)) {
    return undefined;
  }
  const protocol = (scheme?.toLowerCase() ?? 'ssh') as Destination['protocol'];
  // Knows the odd spellings of addresses: 127.1, 0x7f000001, 2130706433.
  const host = new URL(`http://${written}`).hostname.replace(/^\[|\]$/g, '');
  return {
    protocol,
    host,
    port: Number(urlPort ?? DEFAULT_PORTS[protocol]),
    isAddress: isIP(host) > 0,
  };
}
