import { NodeModel, warehouseNodeId } from './graphModel';
import { NodePosition } from './layoutGraph';

/**
 * The origins of a node from top to bottom as their Warehouses stand, so that edges
 * of different origins do not cross on their way in.
 */
export function orderPorts(
  node: Pick<NodeModel, 'originIndexes'>,
  origins: string[],
  positions: Record<string, NodePosition>,
): number[] {
  const heightOf = (index: number) =>
    positions[warehouseNodeId(origins[index])]?.y ?? Infinity;
  return [...node.originIndexes].sort((a, b) => heightOf(a) - heightOf(b));
}
