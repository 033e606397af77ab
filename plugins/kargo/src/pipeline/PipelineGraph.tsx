import '@xyflow/react/dist/style.css';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import {
  Controls,
  Edge,
  MiniMap,
  MarkerType,
  ReactFlow,
  ReactFlowInstance,
} from '@xyflow/react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import useMeasure from 'react-use/esm/useMeasure';
import { originColor } from '../components/originColor';
import { kargoTranslationRef } from '../translation';
import {
  GraphModel,
  keepUnchangedNodes,
  NodeModel,
  topologyKey,
} from './graphModel';
import { findFolded } from './foldGraph';
import {
  bringIntoView,
  frameHeight,
  GraphLayout,
  keepInPlace,
  openingViewport,
  smallestZoom,
  viewportOn,
  layoutGraph,
  NODE_SIZES,
} from './layoutGraph';
import {
  FlowNode,
  GraphActions,
  handlesOf,
  NODE_TYPES,
  NodeData,
} from './nodes/graphNodes';
import { orderPorts } from './orderPorts';
import { useGraphWalk } from './useGraphWalk';

const useStyles = makeStyles(theme => ({
  frame: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    overflow: 'hidden',
    backgroundColor: theme.palette.background.default,
    '& .react-flow': { '--xy-background-color': 'transparent' },
    '& .react-flow__attribution': { display: 'none' },
    '& .react-flow__node': { cursor: 'default' },
    '& .react-flow__edge': { pointerEvents: 'none' },
    '& .react-flow__controls-button': {
      backgroundColor: theme.palette.background.paper,
      color: theme.palette.text.primary,
      borderColor: theme.palette.divider,
    },
  },
  // Inside the strip that the layout keeps free below the graph.
  controls: { margin: theme.spacing(0.75, 1) },
}));

/** From this many nodes on, a map of the whole helps. */
const MAP_FROM = 40;

/** Of more nodes only those in sight are drawn. */
const MOST_DRAWN = 150;

/**
 * Draws the pipeline. Positions follow from the topology alone: a change of state
 * must not move anything.
 */
export function PipelineGraph(props: {
  model: GraphModel;
  /** Ids of the nodes that a search found; the others are dimmed. */
  found: ReadonlySet<string> | undefined;
  actions: GraphActions;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const theme = useTheme();
  const { model, found } = props;
  const layout = useLayout(model);
  const nodes = useNodes(model, layout.positions, props);
  const edges = useEdges(model);
  const [ref, { width }] = useMeasure<HTMLDivElement>();
  const height = frameHeight(layout, width || 1200);
  const [flow, setFlow] = useState<ReactFlowInstance<FlowNode>>();
  useViewport(flow, { model, layout, found, width, height });
  const walk = useGraphWalk(flow, { model, layout, width, height });
  const hintId = useId();
  const labels = useMemo(
    () => ({
      'controls.ariaLabel': t('pipeline.controls'),
      'controls.zoomIn.ariaLabel': t('pipeline.zoomIn'),
      'controls.zoomOut.ariaLabel': t('pipeline.zoomOut'),
      'controls.fitView.ariaLabel': t('pipeline.fit'),
    }),
    [t],
  );
  return (
    // The keys belong to the buttons inside of it, and lead from one to the other.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above
    <div
      ref={ref}
      className={classes.frame}
      style={{ height }}
      role="region"
      aria-label={t('pipeline.graphLabel')}
      aria-describedby={hintId}
      onKeyDown={walk}
    >
      <span id={hintId} hidden>
        {t('pipeline.walk')}
      </span>
      <ReactFlow<FlowNode>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onInit={setFlow}
        ariaLabelConfig={labels}
        colorMode={theme.palette.type}
        minZoom={smallestZoom(layout, { width: width || 1200, height })}
        maxZoom={1.25}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        preventScrolling={false}
        // Everything stays reachable for the keyboard until there is too much of it.
        onlyRenderVisibleElements={nodes.length > MOST_DRAWN}
      >
        {nodes.length > MAP_FROM && (
          <MiniMap
            pannable
            zoomable
            position="bottom-left"
            ariaLabel={t('pipeline.map')}
            nodeColor={theme.palette.text.disabled}
          />
        )}
        <Controls
          showInteractive={false}
          orientation="horizontal"
          position="bottom-right"
          className={classes.controls}
        />
      </ReactFlow>
    </div>
  );
}

/**
 * Leads to what a search found. What was folded stays where it was on the screen, unless
 * what opened beside it would not be seen.
 */
function useViewport(
  flow: ReactFlowInstance<FlowNode> | undefined,
  drawing: {
    model: GraphModel;
    layout: GraphLayout;
    found: ReadonlySet<string> | undefined;
    width: number;
    height: number;
  },
) {
  const { layout, found, width, height } = drawing;
  const nodes = useRef(drawing.model.nodes);
  nodes.current = drawing.model.nodes;
  const last = useRef({ nodes: nodes.current, layout });
  useEffect(() => {
    if (!flow || width === 0) {
      return;
    }
    const before = last.current;
    last.current = { nodes: nodes.current, layout };
    const frame = { width, height };
    const folded = findFolded(before.nodes, nodes.current);
    flow.setViewport(
      viewportOn(layout, found, frame) ??
        (folded
          ? bringIntoView(
              keepInPlace(flow.getViewport(), folded, before.layout, layout),
              layout,
              [folded, ...openedNodes(before.layout, layout)],
              frame,
            )
          : openingViewport(layout, frame)),
    );
  }, [flow, layout, found, width, height]);
}

/** Ids of the nodes that an earlier drawing did not have. */
function openedNodes(before: GraphLayout, after: GraphLayout): string[] {
  return Object.keys(after.positions).filter(id => !(id in before.positions));
}

function useLayout(model: GraphModel) {
  const key = topologyKey(model);
  return useMemo(() => layoutGraph(JSON.parse(key)), [key]);
}

function useNodes(
  graph: GraphModel,
  positions: Record<string, { x: number; y: number }>,
  props: { actions: GraphActions; found: ReadonlySet<string> | undefined },
): FlowNode[] {
  const { actions, found } = props;
  const previous = useRef<NodeModel[]>([]);
  const drawn = useRef(new Map<NodeModel, FlowNode>());
  return useMemo(() => {
    const kept = keepUnchangedNodes(previous.current, graph.nodes);
    const next = new Map<NodeModel, FlowNode>();
    for (const model of kept) {
      const old = drawn.current.get(model);
      const position = positions[model.id];
      const isDimmed = found !== undefined && !found.has(model.id);
      next.set(
        model,
        old &&
          old.position === position &&
          old.data.actions === actions &&
          old.data.isDimmed === isDimmed
          ? old
          : flowNode(model, position, {
              model,
              actions,
              isDimmed,
              ports: orderPorts(model, graph.origins, positions),
            }),
      );
    }
    previous.current = kept;
    drawn.current = next;
    return [...next.values()];
  }, [graph, positions, actions, found]);
}

/**
 * A node with all that the library would otherwise measure, for which it would draw every
 * one of them once, also those out of sight.
 */
function flowNode(
  model: NodeModel,
  position: { x: number; y: number },
  data: NodeData,
): FlowNode {
  const size = NODE_SIZES[model.kind];
  return {
    id: model.id,
    type: model.kind,
    position,
    ...size,
    measured: size,
    handles: handlesOf(data.ports, size),
    data,
  };
}

function useEdges(model: GraphModel): Edge[] {
  const theme = useTheme();
  const key = JSON.stringify(model.edges);
  return useMemo(
    () =>
      (JSON.parse(key) as GraphModel['edges']).map(edge => {
        const color = originColor(theme, edge.originIndex);
        return {
          id: edge.id,
          source: edge.source,
          target: edge.target,
          sourceHandle: String(edge.originIndex),
          targetHandle: String(edge.originIndex),
          style: { stroke: color, strokeWidth: 2, opacity: 0.65 },
          markerEnd: { type: MarkerType.ArrowClosed, color },
        };
      }),
    [key, theme],
  );
}
