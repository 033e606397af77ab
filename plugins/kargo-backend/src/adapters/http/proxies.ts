import { isIP } from 'node:net';
import { InputError } from '@backstage/errors';
import { contains, toBlockList } from './EgressPolicy';

/** Proxies of the portal, and hosts that are reached without. */
export interface Proxies {
  http?: string;
  https?: string;
  except?: string;
}

/** What is asked for; a host in lower case and without brackets. */
export interface ProxyTarget {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
}

/** The proxy by which something is reached; `undefined` when by none. */
export type FindProxy = (target: ProxyTarget) => URL | undefined;

type Exception = (target: ProxyTarget) => boolean;

const DEFAULT_PORTS: Record<string, number> = {
  'http:': 80,
  'https:': 443,
  'socks5:': 1080,
  'socks5h:': 1080,
};

const LOOPBACK = toBlockList(['127.0.0.0/8', '::1/128']);

/**
 * Reads the usual proxy variables, of which the lower-case ones count first;
 * `undefined` when there is no proxy.
 */
export function readProxies(
  environment: Readonly<Record<string, string | undefined>>,
): Proxies | undefined {
  const read = (name: string) =>
    environment[name.toLowerCase()] || environment[name] || undefined;
  const http = read('HTTP_PROXY');
  const https = read('HTTPS_PROXY');
  return http || https ? { http, https, except: read('NO_PROXY') } : undefined;
}

/**
 * Prepares the one rule by which everything that the portal sends finds its proxy, git and
 * programs included: that of Go, which programs for clusters are used to.
 *
 * @remarks
 * Each protocol has its own proxy, and this machine none. Of the exceptions `example.com` is
 * the host and all below it, `.example.com` and `*.example.com` all below it alone,
 * `10.0.0.0/8` addresses of a network, as they stand in URLs, and `*` everything; a port may
 * follow. What cannot be read is passed over.
 *
 * @returns a function that throws InputError when the proxy is none.
 */
export function compileProxies(proxies: Proxies | undefined): FindProxy {
  if (!proxies) return () => undefined;
  const exceptions = (proxies.except ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .flatMap(entry => readException(entry) ?? []);
  return target => {
    const { protocol } = target;
    const host = target.host.replace(/\.$/, '');
    const value =
      protocol === 'http' || protocol === 'https'
        ? proxies[protocol]
        : undefined;
    const isDirect =
      !value ||
      isThisMachine(host) ||
      exceptions.some(excepts => excepts({ ...target, host }));
    return isDirect
      ? undefined
      : readProxy(value, `${protocol.toUpperCase()}_PROXY`);
  };
}

/** What a URL asks for. */
export function toProxyTarget(url: URL): ProxyTarget {
  return {
    protocol: url.protocol.slice(0, -1),
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: portOf(url),
  };
}

/** The port of a URL, or what is usual for its scheme. */
export function portOf({ port, protocol }: URL): number {
  return Number(port) || DEFAULT_PORTS[protocol];
}

/** As git and curl take it, who know other usual ports, and ask for a password that is not told. */
export function proxyForGit(proxy: URL): string {
  const { protocol, username, password, hostname } = proxy;
  const user = username || password ? `${username}:${password}@` : '';
  return `${protocol}//${user}${hostname}:${portOf(proxy)}`;
}

function readProxy(value: string, variable: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value)
    ? value
    : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || DEFAULT_PORTS[url.protocol] === undefined) {
    // The value is not repeated: a password may be in it.
    throw new InputError(
      `${variable} of the portal names no proxy; an operator writes http://host:port there, and in a user name or password %23 for # and likewise for other special characters`,
    );
  }
  return url;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || (isIP(host) > 0 && contains(LOOPBACK, host));
}

function readException(entry: string): Exception | undefined {
  if (entry === '*') return () => true;
  if (isNetwork(entry)) {
    const network = toBlockList([entry]);
    return ({ host }) => isIP(host) > 0 && contains(network, host);
  }
  const [, named, port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? ['', entry];
  const name = named.replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  if (name === '') return undefined;
  const isExcepted = isIP(name) > 0 ? isAddress(name) : isHost(name);
  return target =>
    isExcepted(target) && (port === undefined || Number(port) === target.port);
}

function isAddress(name: string): Exception {
  const address = toBlockList([name]);
  return ({ host }) => isIP(host) > 0 && contains(address, host);
}

function isHost(name: string): Exception {
  const suffix = name.startsWith('.') ? name : `.${name}`;
  return ({ host }) => host === name || host.endsWith(suffix);
}

function isNetwork(entry: string): boolean {
  const [, address = '', prefix] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  const version = isIP(address);
  return version > 0 && Number(prefix) <= (version === 4 ? 32 : 128);
}
