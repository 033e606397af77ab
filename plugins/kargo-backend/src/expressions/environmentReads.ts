import type { NameNode, Node } from 'backstage-plugin-kargo-expr';

/** A name of the environment, where an expression reads it. */
export interface EnvironmentRead {
  node: NameNode;
  /** Members that are read off it; `undefined` for one whose name is computed. */
  path: Array<string | undefined>;
}

/**
 * Where an expression reads a name of its environment. Where a `let` has taken the name, it
 * stands for something else.
 */
export function* environmentReads(
  node: Node,
  name: string,
): Generator<EnvironmentRead, void, undefined> {
  if (node.kind === 'let') {
    yield* environmentReads(node.value, name);
    if (node.name !== name) {
      yield* environmentReads(node.body, name);
    }
    return;
  }
  const path: Array<string | undefined> = [];
  let at: Node = node;
  while (at.kind === 'member' || at.kind === 'chain') {
    if (at.kind === 'chain') {
      at = at.body;
      continue;
    }
    const { property } = at;
    const isNamed =
      property.kind === 'literal' && typeof property.value === 'string';
    path.push(isNamed ? (property.value as string) : undefined);
    yield* environmentReads(property, name);
    at = at.object;
  }
  if (at.kind === 'name') {
    if (at.name === name) {
      yield { node: at, path: path.reverse() };
    }
  } else if (at === node) {
    for (const child of childrenOf(at)) {
      yield* environmentReads(child, name);
    }
  } else {
    yield* environmentReads(at, name);
  }
}

function childrenOf(node: object): Node[] {
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
