import type { Node } from 'backstage-plugin-kargo-expr';

/** The parts of an expression right below one. */
export function childrenOf(node: object): Node[] {
  return Object.values(node).flatMap(child =>
    (Array.isArray(child) ? child : [child]).flatMap((item: unknown) => {
      const isObject = typeof item === 'object' && item !== null;
      if (!isObject || ArrayBuffer.isView(item)) {
        return [];
      }
      // Of a map, key and value are held together.
      return 'kind' in item ? [item as Node] : childrenOf(item);
    }),
  );
}
