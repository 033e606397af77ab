import {
  FunctionDeclaration,
  Node,
  Program,
} from 'backstage-plugin-kargo-expr';
import { childrenOf } from './childrenOf';

/** The name of a function that an expression calls and nobody has: no variable is one. */
export function unknownCall(
  { ast }: Program,
  declarations: readonly FunctionDeclaration[],
): string | undefined {
  const nodes: Node[] = [ast.root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.kind === 'call' && node.callee.kind === 'name') {
      const { name } = node.callee;
      if (!declarations.some(declaration => declaration.name === name)) {
        return name;
      }
    }
    nodes.push(...childrenOf(node));
  }
  return undefined;
}
