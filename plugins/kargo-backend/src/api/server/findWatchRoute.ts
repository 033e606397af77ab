import { Route } from './route';

/** A route and what its path says. */
export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
}

/**
 * The route that streams changes under a path.
 *
 * @param path - below `/v1beta1`, with escapes
 * @throws URIError for a part that cannot be decoded
 */
export function findWatchRoute(
  routes: readonly Route[],
  path: string,
): RouteMatch | undefined {
  const given = path.split('/').map(decodeURIComponent);
  for (const route of routes) {
    if (route.method === 'get' && 'watch' in route.query.shape) {
      const params = matchPath(route.path.split('/'), given);
      if (params) {
        return { route, params };
      }
    }
  }
  return undefined;
}

function matchPath(
  pattern: string[],
  given: string[],
): Record<string, string> | undefined {
  if (pattern.length !== given.length) {
    return undefined;
  }
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && given[index] !== '') {
      params[name] = given[index];
    } else if (part !== given[index]) {
      return undefined;
    }
  }
  return params;
}
