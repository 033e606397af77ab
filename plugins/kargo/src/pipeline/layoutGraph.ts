import { Graph, layout } from '@dagrejs/dagre';
import { Topology } from './graphModel';

/** Size of nodes in pixels at full zoom, by kind. */
export const NODE_SIZES = {
  stage: { width: 236, height: 162 },
  warehouse: { width: 212, height: 92 },
  subscription: { width: 188, height: 60 },
  fold: { width: 148, height: 60 },
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

/**
 * Places the nodes in columns from left to right, in the direction in which Freight
 * moves. What is not connected is placed apart and stacked: the time that placing takes
 * grows much faster than the number of nodes. Parts of one shape, as the services of a
 * large project often are, are placed once.
 */
export function layoutGraph(topology: Topology): GraphLayout {
  const positions: GraphLayout['positions'] = {};
  const size = { width: 0, height: 0 };
  const byShape = new Map<string, GraphLayout>();
  for (const part of connectedParts(topology)) {
    const shape = numbered(part);
    const key = JSON.stringify(shape);
    const laid = byShape.get(key) ?? followOrder(shape, layoutPart(shape));
    byShape.set(key, laid);
    const top = size.height > 0 ? size.height + NODE_GAP : 0;
    part.nodes.forEach(({ id }, index) => {
      const { x, y } = laid.positions[index];
      positions[id] = { x, y: y + top };
    });
    size.width = Math.max(size.width, laid.width);
    size.height = top + laid.height;
  }
  return { positions, ...size };
}

/** The same topology with places in its lists for ids: equal for parts of equal shape. */
function numbered({ nodes, edges }: Topology): Topology {
  const places = new Map(nodes.map(({ id }, index) => [id, String(index)]));
  const placeOf = (id: string) => places.get(id) ?? id;
  return {
    nodes: nodes.map(({ kind }, index) => ({ id: String(index), kind })),
    edges: edges.map(({ source, target }, index) => ({
      id: String(index),
      source: placeOf(source),
      target: placeOf(target),
    })),
  };
}

function layoutPart(topology: Topology): GraphLayout {
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

/** The parts of a graph that no edge connects, each with its nodes in their order. */
function connectedParts({ nodes, edges }: Topology): Topology[] {
  const parent = new Map(nodes.map(({ id }) => [id, id]));
  const rootOf = (id: string): string => {
    let root = id;
    for (let up = parent.get(root); up !== root; up = parent.get(root)) {
      root = up ?? root;
    }
    parent.set(id, root);
    return root;
  };
  for (const { source, target } of edges) {
    parent.set(rootOf(source), rootOf(target));
  }
  const parts = new Map<string, Topology>();
  const partOf = (id: string) => {
    const root = rootOf(id);
    const part = parts.get(root) ?? { nodes: [], edges: [] };
    parts.set(root, part);
    return part;
  };
  nodes.forEach(node => partOf(node.id).nodes.push(node));
  edges.forEach(edge => partOf(edge.source).edges.push(edge));
  return [...parts.values()];
}

/**
 * Turns a layout over where its columns then agree better with the order of the nodes,
 * in which the list shows them. Nothing crosses that did not before.
 */
function followOrder({ nodes }: Topology, laid: GraphLayout): GraphLayout {
  const columns = new Map<number, number[]>();
  for (const { id, kind } of nodes) {
    const { x, y } = laid.positions[id];
    const middle = x + NODE_SIZES[kind].width / 2;
    columns.set(middle, [...(columns.get(middle) ?? []), y]);
  }
  const agreement = [...columns.values()].reduce(
    (sum, heights) => sum + risesMinusFalls(heights),
    0,
  );
  if (agreement >= 0) {
    return laid;
  }
  return {
    ...laid,
    positions: Object.fromEntries(
      nodes.map(({ id, kind }) => {
        const { x, y } = laid.positions[id];
        return [id, { x, y: laid.height - y - NODE_SIZES[kind].height }];
      }),
    ),
  };
}

function risesMinusFalls(heights: number[]): number {
  return heights
    .slice(1)
    .reduce(
      (sum, height, index) => sum + Math.sign(height - heights[index]),
      0,
    );
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
const CONTROLS_HEIGHT = 40;

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

/**
 * The first view of a graph: where not all of its height fits, with the node in sight at
 * which it begins, which stands beside the middle of what follows it.
 */
export function openingViewport(
  laid: GraphLayout,
  frame: { width: number; height: number },
): Viewport {
  const view = initialViewport(laid, frame);
  const height = frame.height - CONTROLS_HEIGHT;
  const lowest = height - MARGIN - laid.height * view.zoom;
  const [first] = Object.values(laid.positions).sort(
    (a, b) => a.x - b.x || a.y - b.y,
  );
  if (!first || lowest >= MARGIN) {
    return view;
  }
  const middle = (first.y + NODE_SIZES.warehouse.height / 2) * view.zoom;
  return {
    ...view,
    y: Math.min(MARGIN, Math.max(lowest, height / 2 - middle)),
  };
}

/**
 * The view on some of the nodes: all of them where they fit legibly, else the first of
 * them; nothing where there are none.
 */
export function viewportOn(
  { positions }: GraphLayout,
  ids: ReadonlySet<string> | undefined,
  frame: { width: number; height: number },
): Viewport | undefined {
  const places = [...(ids ?? [])].flatMap(id => positions[id] ?? []);
  if (places.length === 0) {
    return undefined;
  }
  const { width, height } = NODE_SIZES.stage;
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const size = {
    width: Math.max(...places.map(({ x }) => x)) + width - left,
    height: Math.max(...places.map(({ y }) => y)) + height - top,
  };
  const { x, y, zoom } = initialViewport(size, frame);
  return { x: x - left * zoom, y: y - top * zoom, zoom };
}

/** The view in which a node of another layout stands where it stood before. */
export function keepInPlace(
  { x, y, zoom }: Viewport,
  id: string,
  before: GraphLayout,
  after: GraphLayout,
): Viewport {
  const old = before.positions[id];
  const next = after.positions[id];
  return {
    x: x + (old.x - next.x) * zoom,
    y: y + (old.y - next.y) * zoom,
    zoom,
  };
}

/**
 * The view moved sideways, as little as needed to see all of some nodes; of those that do
 * not fit the first. Up and down it stays, so that none of a row is lost.
 */
export function bringIntoView(
  view: Viewport,
  { positions }: GraphLayout,
  ids: readonly string[],
  frame: { width: number },
): Viewport {
  const columns = ids.flatMap(id => positions[id]?.x ?? []);
  if (columns.length === 0) {
    return view;
  }
  const start = view.x + Math.min(...columns) * view.zoom;
  const end =
    view.x + (Math.max(...columns) + NODE_SIZES.stage.width) * view.zoom;
  const shift = shiftInto(start, end - start, frame.width);
  return { ...view, x: view.x + shift };
}

/** The view moved as little as needed to see the whole of a node. */
export function bringNodeIntoView(
  view: Viewport,
  { positions }: GraphLayout,
  { id, kind }: Topology['nodes'][number],
  frame: { width: number; height: number },
): Viewport {
  const { x, y } = positions[id];
  const { width, height } = NODE_SIZES[kind];
  const { zoom } = view;
  return {
    zoom,
    x: view.x + shiftInto(view.x + x * zoom, width * zoom, frame.width),
    y:
      view.y +
      shiftInto(
        view.y + y * zoom,
        height * zoom,
        frame.height - CONTROLS_HEIGHT,
      ),
  };
}

/** By how much a length that starts somewhere has to move to lie within a frame. */
function shiftInto(start: number, length: number, frame: number): number {
  const past = Math.max(0, start + length - (frame - MARGIN));
  // What would put the end in view must not push the start out of it.
  return start < MARGIN ? MARGIN - start : -Math.min(past, start - MARGIN);
}

const SMALLEST_ZOOM = 0.15;

/** The zoom at which everything fits, or a little less where that is large already. */
export function smallestZoom(
  size: Pick<GraphLayout, 'width' | 'height'>,
  frame: { width: number; height: number },
): number {
  const fitting = Math.min(
    frame.width / Math.max(1, size.width),
    frame.height / Math.max(1, size.height),
  );
  // The button that shows everything leaves a margin of a tenth.
  return Math.min(SMALLEST_ZOOM, fitting * 0.8);
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
