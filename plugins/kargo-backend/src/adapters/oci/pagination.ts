import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';

/** Longer ones are no links, and the pattern may take the square of a length. */
const MAX_FIELD = 4096;
const LINK = /<([^>]*)>((?:[^,"]|"[^"]*")*)/g;
const RELATION = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]*))/i;

/**
 * The query of the next page that `Link` fields name (RFC 8288): `?n=2&last=b`.
 *
 * @remarks
 * Registries behind a proxy name themselves with `http:`, or by a path that does not exist
 * outside. Only the query is used, so that credentials stay on the connection and the list
 * they are for. A link that names no relation, but the tag that its page begins behind, is the
 * next page, too: taken for another one, it would leave half a list.
 * @throws UpstreamUnavailableError when the link leads to another host, or names no position,
 * and when the field holds no link.
 */
export function findNextPage(
  fields: readonly string[] = [],
  current: URL,
): string | undefined {
  for (const field of fields) {
    const links = [...field.slice(0, MAX_FIELD).matchAll(LINK)];
    if (links.length === 0 && field.trim() !== '') {
      throw new UpstreamUnavailableError(
        current.host,
        `${
          current.host
        } continues its list by something that is no link: ${field.slice(
          0,
          200,
        )}`,
      );
    }
    for (const [, target, parameters] of links) {
      if (!isNext(target, parameters)) continue;
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

function isNext(target: string, parameters: string): boolean {
  const relation = RELATION.exec(parameters);
  return relation
    ? /(?:^|\s)next(?:\s|$)/i.test(relation[1] ?? relation[2])
    : /[?&]last=/.test(target);
}
