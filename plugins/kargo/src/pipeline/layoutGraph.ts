import { Graph, layout } from '@dagrejs/dagre';
import { Topology } from './graphModel';

/** Size of nodes in pixels at full zoom, by kind. */
export const NODE_SIZES = {
  stage: { width: 236, height: 132 },
  warehouse: { width: 212, height: 92 },
} as const;

/** Where a node stands: its upper left corner, in pixels at full zoom. */
export interface NodePosition {
  x: number;
  y: number;
}

/** Positions of all nodes and the size of the whole. */
export interface GraphLayout {
  positions: Record<string, NodePosition>;
  width: number;
  height: number;
}

const RANK_GAP = 64;
const NODE_GAP = 28;

/** Places the nodes in columns from left to right, in the direction in which Freight moves. */
export function layoutGraph(topology: Topology): GraphLayout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ranksep: RANK_GAP, nodesep: NODE_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of topology.nodes) {
    graph.setNode(node.id, { ...NODE_SIZES[node.kind] });
  }
  for (const edge of topology.edges) {
    graph.setEdge(edge.source, edge.target, {}, edge.id);
  }
  layout(graph);
  return measure(topology.nodes, id => graph.node(id) as NodePosition);
}

/** Turns centres into corners, starting at the origin. */
function measure(
  nodes: Topology['nodes'],
  centreOf: (id: string) => NodePosition,
): GraphLayout {
  const boxes = nodes.map(({ id, kind }) => {
    const { width, height } = NODE_SIZES[kind];
    const { x, y } = centreOf(id);
    return { id, x: x - width / 2, y: y - height / 2, width, height };
  });
  const left = Math.min(...boxes.map(box => box.x), Infinity);
  const top = Math.min(...boxes.map(box => box.y), Infinity);
  return {
    positions: Object.fromEntries(
      boxes.map(({ id, x, y }) => [id, { x: x - left, y: y - top }]),
    ),
    width: Math.max(0, ...boxes.map(box => box.x + box.width - left)),
    height: Math.max(0, ...boxes.map(box => box.y + box.height - top)),
  };
}

/** A view on the graph: pan in pixels, and zoom. */
export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

const MARGIN = 24;
const SMALLEST_LEGIBLE_ZOOM = 0.75;

/** Height in pixels of the strip below the graph where the zoom buttons stand. */
export const CONTROLS_HEIGHT = 40;

/**
 * The first view: as large as fits, but never too small to read. A direction in which
 * the graph does not fit at that size has to be moved through anyway: there it starts
 * at its beginning, and does not make the rest smaller.
 */
export function initialViewport(
  size: Pick<GraphLayout, 'width' | 'height'>,
  frame: { width: number; height: number },
): Viewport {
  const height = frame.height - CONTROLS_HEIGHT;
  const fitting = [
    (frame.width - 2 * MARGIN) / Math.max(1, size.width),
    (height - 2 * MARGIN) / Math.max(1, size.height),
  ].filter(zoomToFit => zoomToFit >= SMALLEST_LEGIBLE_ZOOM);
  const zoom =
    fitting.length > 0 ? Math.min(1, ...fitting) : SMALLEST_LEGIBLE_ZOOM;
  const start = (inner: number, outer: number) =>
    Math.max(MARGIN, (outer - inner * zoom) / 2);
  return {
    x: start(size.width, frame.width),
    y: start(size.height, height),
    zoom,
  };
}

const LOWEST_FRAME = 220;
const HIGHEST_FRAME = 620;

/** Height of the frame in pixels that shows a graph well at a width. */
export function frameHeight(
  size: Pick<GraphLayout, 'width' | 'height'>,
  width: number,
): number {
  const zoom = Math.max(
    SMALLEST_LEGIBLE_ZOOM,
    Math.min(1, (width - 2 * MARGIN) / Math.max(1, size.width)),
  );
  return Math.round(
    Math.min(
      HIGHEST_FRAME,
      Math.max(LOWEST_FRAME, size.height * zoom + 2 * MARGIN + CONTROLS_HEIGHT),
    ),
  );
}
