import { Destination } from './parseDestination';

/**
 * Whether git reaches a host through a proxy of the environment, by the variables that
 * git and curl look at.
 */
export function isProxied(
  destination: Pick<Destination, 'protocol' | 'host'>,
  environment: Readonly<Record<string, string>>,
): boolean {
  const { protocol, host } = destination;
  if (protocol === 'ssh') return false;
  const { http_proxy, https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY } =
    environment;
  const own = protocol === 'http' ? http_proxy : https_proxy ?? HTTPS_PROXY;
  const proxy = own ?? all_proxy ?? ALL_PROXY;
  const exceptions = environment.no_proxy ?? environment.NO_PROXY ?? '';
  return Boolean(proxy) && !isExcepted(host, exceptions);
}

/** Names except themselves and everything below; `*` excepts every host. */
function isExcepted(host: string, exceptions: string): boolean {
  const name = host.replace(/\.$/, '');
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .map(entry => entry.replace(/^\*?\./, '').replace(/\.$/, ''))
    .filter(entry => entry !== '')
    .some(
      entry => entry === '*' || name === entry || name.endsWith(`.${entry}`),
    );
}
