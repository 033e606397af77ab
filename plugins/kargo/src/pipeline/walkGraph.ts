import { GraphModel, NodeModel } from './graphModel';
import { GraphLayout, NODE_SIZES } from './layoutGraph';

/** Where an arrow key leads. */
export type WalkDirection = 'left' | 'right' | 'up' | 'down';

const KEYS: Record<string, WalkDirection> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The direction of a key; nothing for other keys. */
export function directionOf(key: string): WalkDirection | undefined {
  return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
}

interface Box {
  id: string;
  left: number;
  right: number;
  middle: number;
}

/**
 * The node to which an arrow key leads: along the way of Freight to the right and back to the
 * left, where that parts to the nearest; up and down to the next in the same column.
 *
 * @returns an id; nothing where the graph ends
 */
export function nodeBeside(
  { nodes, edges }: Pick<GraphModel, 'nodes' | 'edges'>,
  layout: GraphLayout,
  id: string,
  direction: WalkDirection,
): string | undefined {
  const boxes = nodes.map(node => boxOf(node, layout));
  const from = boxes.find(box => box.id === id);
  if (!from) {
    return undefined;
  }
  const linked = new Set(
    direction === 'right'
      ? edges.filter(({ source }) => source === id).map(edge => edge.target)
      : edges.filter(({ target }) => target === id).map(edge => edge.source),
  );
  const isCandidate = {
    left: (box: Box) => linked.has(box.id),
    right: (box: Box) => linked.has(box.id),
    up: (box: Box) => isAlongside(box, from) && box.middle < from.middle,
    down: (box: Box) => isAlongside(box, from) && box.middle > from.middle,
  }[direction];
  const distance = ({ middle }: Box) => Math.abs(middle - from.middle);
  return boxes
    .filter(isCandidate)
    .sort((a, b) => distance(a) - distance(b) || a.middle - b.middle)
    .at(0)?.id;
}

function boxOf({ id, kind }: NodeModel, { positions }: GraphLayout): Box {
  const { x, y } = positions[id];
  const { width, height } = NODE_SIZES[kind];
  return { id, left: x, right: x + width, middle: y + height / 2 };
}

function isAlongside(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right;
}
