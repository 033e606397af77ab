/** Proxies of the portal, and hosts that are reached without. */
export interface Proxies {
  http?: string;
  https?: string;
  except?: string;
}

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
