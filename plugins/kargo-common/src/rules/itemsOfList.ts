import { isObject } from './isObject';

const LIST = /List$/;

/**
 * What a list of Kubernetes holds, as `kubectl get -o yaml` and `kargo get -o yaml` print several
 * resources; anything else is itself. Pure.
 *
 * @public
 */
export function itemsOfList<T>(manifest: T): T[] {
  const { kind, items } = isObject(manifest) ? manifest : ({} as never);
  return typeof kind === 'string' && LIST.test(kind) && Array.isArray(items)
    ? items
    : [manifest];
}
