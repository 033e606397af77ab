import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';

/** Longer ones are no links, and the pattern may take the square of a length. */
const MAX_FIELD = 4096;
const LINK = /<([^>]*)>((?:[^,"]|"[^"]*")*)/g;

/**
 * The query of the next page that `Link` fields name (RFC 8288): `?n=2&last=b`.
 *
 * @remarks
 * Registries behind a proxy name themselves with `http:`, or by a path that does not exist
 * outside. Only the query is used, so that credentials stay on the connection and the list
 * they are for.
 * @throws UpstreamUnavailableError when the link leads to another host, or names no position.
 */
export function findNextPage(
  fields: readonly string[] = [],
  current: URL,
): string | undefined {
  for (const field of fields) {
    for (const [, target, parameters] of field
      .slice(0, MAX_FIELD)
      .matchAll(LINK)) {
      if (!/;\s*rel\s*=\s*"?next"?/i.test(parameters)) continue;
      const next = URL.canParse(target, current.href)
        ? new URL(target, current)
        : undefined;
      if (next?.hostname !== current.hostname) {
        throw new UpstreamUnavailableError(
          current.host,
          `${
            current.host
          } continues its list on another host, which is not followed: Link ${target.slice(
            0,
            200,
          )}`,
        );
      }
      if (next.search === '' || next.search === current.search) {
        throw new UpstreamUnavailableError(
          current.host,
          `${
            current.host
          } continues its list without saying where: Link ${target.slice(
            0,
            200,
          )}`,
        );
      }
      return next.search;
    }
  }
  return undefined;
}
