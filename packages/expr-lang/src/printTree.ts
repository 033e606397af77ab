import type { Node } from './ast';

/** Draws a tree as compact text such as `(or a (not b))`, for tests and for comparing trees. @public */
export function printTree(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return literal(node.value);
    case 'name':
      return node.name;
    case 'pointer':
      return `#${node.name}`;
    case 'unary':
      return list(node.operation, [node.operand]);
    case 'binary':
      return binary(node);
    case 'range-test':
      return list(node.operations.join(' '), node.operands);
    case 'conditional':
      if (node.then === node.condition) {
        return list('?:', [node.condition, node.otherwise]);
      }
      return list('if', [node.condition, node.then, node.otherwise]);
    case 'let':
      return list(`let ${node.name}`, [node.value, node.body]);
    case 'sequence':
      return list('do', node.items);
    case 'member':
      return list(node.guarded ? '?.' : '.', [node.object, node.property]);
    case 'slice':
      return `(slice ${printTree(node.object)} ${bound(node.from)} ${bound(
        node.to,
      )})`;
    case 'chain':
      return list('chain', [node.body]);
    case 'call':
      return list('call', [node.callee, ...node.args]);
    case 'builtin':
      return list(`${node.name}:`, node.args);
    case 'predicate':
      return list('each', [node.body]);
    case 'list':
      return list('list', node.items);
    default:
      return list(
        'map',
        node.entries.flatMap(entry => [entry.key, entry.value]),
      );
  }
}

function list(head: string, nodes: readonly Node[]): string {
  return `(${[head, ...nodes.map(printTree)].join(' ')})`;
}

/** Runs of operators lean left without limit, so they are walked in a loop. */
function binary(root: Node): string {
  const heads: string[] = [];
  const tails: string[] = [];
  let node = root;
  while (node.kind === 'binary') {
    heads.push(`(${node.operation} `);
    tails.push(` ${printTree(node.right)})`);
    node = node.left;
  }
  return heads.join('') + printTree(node) + tails.reverse().join('');
}

function bound(node: Node | undefined): string {
  return node ? printTree(node) : '_';
}

function literal(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  if (value instanceof Uint8Array) return `b[${Array.from(value)}]`;
  return value === null ? 'nil' : JSON.stringify(value);
}
