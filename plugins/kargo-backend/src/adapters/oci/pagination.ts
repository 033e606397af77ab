import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';

const LINK = /<([^>]*)>((?:[^,"]|"[^"]*")*)/g;

/**
 * The next page that `Link` fields name (RFC 8288), on the host that sent them.
 *
 * @remarks
 * Registries behind a proxy that ends TLS name themselves with `http:`; only path and
 * query of the link are used, so that credentials stay on the connection they are on.
 * @throws UpstreamUnavailableError when the link leads to another host.
 */
export function findNextPage(
  fields: readonly string[] = [],
  current: URL,
): URL | undefined {
  for (const field of fields) {
    for (const [, target, parameters] of field.matchAll(LINK)) {
      if (!/;\s*rel\s*=\s*"?next"?/i.test(parameters)) continue;
      const next = URL.canParse(target, current.href)
        ? new URL(target, current)
        : undefined;
      if (next?.hostname !== current.hostname) {
        throw new UpstreamUnavailableError(
          current.host,
          `${current.host} continues its list on another host, which is not followed`,
        );
      }
      return new URL(`${next.pathname}${next.search}`, current);
    }
  }
  return undefined;
}
