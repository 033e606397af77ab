import {
  EdgeModel,
  FoldNodeModel,
  GraphModel,
  NodeModel,
  RestState,
  StageNodeModel,
  SubscriptionNodeModel,
} from './graphModel';
import { groupsOf } from './stageFilter';

/** What a person folded away, by name. */
export interface Folding {
  /** Stages of which nothing is shown that follows them. */
  stages: ReadonlySet<string>;
  /** Warehouses of which is shown what they watch. */
  warehouses: ReadonlySet<string>;
}

/** A graph as it is drawn. */
export interface FoldedGraph extends GraphModel {
  /** The node that is drawn in the place of one that is not, by ids. */
  hiddenBy: ReadonlyMap<string, string>;
}

/** Id of the node that stands for what follows a Stage. */
function foldNodeId(stage: string): string {
  return `fold/${stage}`;
}

/**
 * Hides all that follows folded Stages behind one node each, and shows what unfolded
 * Warehouses watch. What several folded Stages hide, the first of them hides; Freight that
 * reaches it another way is drawn on its way to the fold.
 */
export function foldGraph(model: GraphModel, folding: Folding): FoldedGraph {
  const hiddenBy = findHidden(model, folding.stages);
  const feeding = new Set(model.edges.map(({ source }) => source));
  const visible = model.nodes
    .filter(({ id }) => !hiddenBy.has(id))
    .map(node => withRest(node, feeding, folding));
  const edges = foldEdges(model.edges, hiddenBy);
  const watched = shownSubscriptions(visible);
  return {
    origins: model.origins,
    nodes: [
      ...watched.map(({ node }) => node),
      ...visible,
      ...foldNodes(model, hiddenBy, edges),
    ],
    edges: [...watched.map(({ edge }) => edge), ...edges],
    hiddenBy,
  };
}

/** The id of the first node beside which something was folded or unfolded, if any was. */
export function findFolded(
  before: NodeModel[],
  after: NodeModel[],
): string | undefined {
  const known = new Map(before.map(node => [node.id, restOf(node)]));
  return after.find(
    node => known.has(node.id) && known.get(node.id) !== restOf(node),
  )?.id;
}

function restOf(node: NodeModel): RestState | undefined {
  return node.kind === 'stage' || node.kind === 'warehouse'
    ? node.rest
    : undefined;
}

function findHidden(
  { nodes, edges }: GraphModel,
  folded: ReadonlySet<string>,
): Map<string, string> {
  const hiddenBy = new Map<string, string>();
  if (folded.size === 0) {
    return hiddenBy;
  }
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) {
    next.set(source, [...(next.get(source) ?? []), target]);
  }
  // In the order in which Freight reaches them, so that the first hides the others.
  for (const node of nodes) {
    if (
      node.kind === 'stage' &&
      folded.has(node.name) &&
      !hiddenBy.has(node.id)
    ) {
      for (const id of reachable(node.id, next)) {
        if (!hiddenBy.has(id)) {
          hiddenBy.set(id, foldNodeId(node.name));
        }
      }
    }
  }
  return hiddenBy;
}

/** All that can be reached from a node, but not the node itself, although in a circle. */
function reachable(
  from: string,
  next: ReadonlyMap<string, string[]>,
): Set<string> {
  const found = new Set<string>([from]);
  // What is added while it is gone through is gone through as well.
  for (const id of found) {
    next.get(id)?.forEach(follower => found.add(follower));
  }
  found.delete(from);
  return found;
}

function withRest(
  node: NodeModel,
  feeding: ReadonlySet<string>,
  folding: Folding,
): NodeModel {
  switch (node.kind) {
    case 'stage':
      return feeding.has(node.id)
        ? { ...node, rest: folding.stages.has(node.name) ? 'folded' : 'shown' }
        : node;
    case 'warehouse':
      return node.view && node.view.subscriptions.length > 0
        ? {
            ...node,
            rest: folding.warehouses.has(node.name) ? 'shown' : 'folded',
          }
        : node;
    default:
      return node;
  }
}

/** Edges lead to folds instead of what those hide; what happens inside is not drawn. */
function foldEdges(
  edges: EdgeModel[],
  hiddenBy: ReadonlyMap<string, string>,
): EdgeModel[] {
  const drawn = edges
    .filter(({ source }) => !hiddenBy.has(source))
    .map(edge => {
      const target = hiddenBy.get(edge.target);
      return target
        ? {
            ...edge,
            target,
            id: `${edge.source} ${target} ${edge.originIndex}`,
          }
        : edge;
    });
  return [...new Map(drawn.map(edge => [edge.id, edge])).values()];
}

function foldNodes(
  { nodes }: GraphModel,
  hiddenBy: ReadonlyMap<string, string>,
  edges: EdgeModel[],
): FoldNodeModel[] {
  const stages = nodes.filter(
    (node): node is StageNodeModel => node.kind === 'stage',
  );
  return [...new Set(hiddenBy.values())].map(id => {
    const hidden = stages.filter(stage => hiddenBy.get(stage.id) === id);
    const origins = edges
      .filter(({ target }) => target === id)
      .map(({ originIndex }) => originIndex);
    return {
      id,
      kind: 'fold',
      stage: id.slice(foldNodeId('').length),
      count: hidden.length,
      failing: hidden.filter(stage => groupsOf(stage).includes('failing'))
        .length,
      originIndexes: [...new Set(origins)].sort((a, b) => a - b),
    };
  });
}

/** What the Warehouses watch that show it, each with its way to the Warehouse. */
function shownSubscriptions(
  nodes: NodeModel[],
): Array<{ node: SubscriptionNodeModel; edge: EdgeModel }> {
  return nodes.flatMap(warehouse => {
    if (warehouse.kind !== 'warehouse' || warehouse.rest !== 'shown') {
      return [];
    }
    const { id, name, originIndexes, view } = warehouse;
    return (view?.subscriptions ?? []).map((subscription, index) => {
      const node: SubscriptionNodeModel = {
        id: `subscription/${name}/${index}`,
        kind: 'subscription',
        warehouse: name,
        view: subscription,
        originIndexes,
      };
      return {
        node,
        edge: {
          id: `${node.id} ${id}`,
          source: node.id,
          target: id,
          originIndex: originIndexes[0],
        },
      };
    });
  });
}
