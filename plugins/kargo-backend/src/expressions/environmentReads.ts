import type { NameNode, Node } from 'backstage-plugin-kargo-expr';
import { childrenOf } from './childrenOf';

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
