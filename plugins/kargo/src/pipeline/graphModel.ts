import {
  buildStageGraph,
  Freight,
  isControlFlow,
  orderStages,
  ProjectAccess,
  Stage,
  StageGraph,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { indexFreight } from '../freight/freightModel';
import { StageView, stageView } from '../stage/stageModel';
import { WarehouseView, warehouseView } from '../warehouse/warehouseModel';

/** A node that stands for a Stage. */
export interface StageNodeModel {
  id: string;
  kind: 'stage';
  name: string;
  /** Absent when a Stage is referred to but does not exist. */
  view?: StageView;
  /** Positions of its origins in the list of all origins; they choose its colours. */
  originIndexes: number[];
  mayPromote: boolean;
  /** Why not, when it may not. */
  refusal?: string;
  isDimmed: boolean;
}

/** A node that stands for a Warehouse. */
export interface WarehouseNodeModel {
  id: string;
  kind: 'warehouse';
  name: string;
  view?: WarehouseView;
  originIndexes: number[];
  isDimmed: boolean;
}

/** A node of the pipeline. */
export type NodeModel = StageNodeModel | WarehouseNodeModel;

/** A way of Freight of one origin between two nodes. */
export interface EdgeModel {
  id: string;
  source: string;
  target: string;
  originIndex: number;
}

/** Everything that the graph draws, without positions. */
export interface GraphModel {
  nodes: NodeModel[];
  edges: EdgeModel[];
  /** Names of Warehouses; their positions choose colours. */
  origins: string[];
}

/** What the graph is made of. */
export interface GraphInput {
  stages: Stage[];
  warehouses: Warehouse[];
  freight: Freight[];
  access?: ProjectAccess;
  /** Nodes outside are dimmed; absent dims nothing. */
  highlighted?: ReadonlySet<string>;
}

/** Id of the node of a Stage. */
export function stageNodeId(name: string): string {
  return `stage/${name}`;
}

/** Id of the node of a Warehouse. */
export function warehouseNodeId(name: string): string {
  return `warehouse/${name}`;
}

/** Builds the graph, in the order in which Freight moves through it. */
export function buildGraphModel(input: GraphInput): GraphModel {
  const graph = buildStageGraph(input);
  const origins = originNames(graph, input.stages);
  const indexOf = (origin: string) => origins.indexOf(origin);
  return {
    origins,
    nodes: [
      ...warehouseNodes(graph, input, indexOf),
      ...stageNodes(graph, input, indexOf),
    ],
    edges: graph.edges.map(edge => {
      const origin = originName(edge.origin);
      const source =
        edge.from.kind === 'Stage'
          ? stageNodeId(edge.from.name)
          : warehouseNodeId(edge.from.name);
      const target = stageNodeId(edge.to);
      return {
        id: `${source} ${target} ${origin}`,
        source,
        target,
        originIndex: indexOf(origin),
      };
    }),
  };
}

/** What a layout depends on: which nodes and edges there are, nothing of their state. */
export interface Topology {
  nodes: Array<Pick<NodeModel, 'id' | 'kind'>>;
  edges: Array<Pick<EdgeModel, 'id' | 'source' | 'target'>>;
}

/** The topology of a graph as text: equal text, equal positions. */
export function topologyKey(model: GraphModel): string {
  const topology: Topology = {
    nodes: model.nodes.map(({ id, kind }) => ({ id, kind })),
    edges: model.edges.map(({ id, source, target }) => ({
      id,
      source,
      target,
    })),
  };
  return JSON.stringify(topology);
}

/**
 * The next nodes, but with the old object wherever nothing that is drawn changed, so
 * that a change in one Stage draws one node.
 */
export function keepUnchangedNodes(
  previous: NodeModel[],
  next: NodeModel[],
): NodeModel[] {
  const known = new Map(
    previous.map(node => [node.id, { node, text: JSON.stringify(node) }]),
  );
  return next.map(node => {
    const old = known.get(node.id);
    return old && old.text === JSON.stringify(node) ? old.node : node;
  });
}

/** Names of all Warehouses of a pipeline, as its colours count them. */
export function pipelineOrigins(
  input: Pick<GraphInput, 'stages' | 'warehouses'>,
): string[] {
  return originNames(buildStageGraph(input), input.stages);
}

function originNames(graph: StageGraph, stages: Stage[]): string[] {
  return [
    ...new Set([
      ...graph.warehouses,
      ...stages.flatMap(stage =>
        stage.spec.requestedFreight.map(({ origin }) => origin.name),
      ),
    ]),
  ].sort();
}

function warehouseNodes(
  graph: StageGraph,
  input: GraphInput,
  indexOf: (origin: string) => number,
): WarehouseNodeModel[] {
  const byName = new Map(input.warehouses.map(w => [w.metadata.name, w]));
  return graph.warehouses.map(name => {
    const warehouse = byName.get(name);
    return {
      id: warehouseNodeId(name),
      kind: 'warehouse',
      name,
      ...(warehouse && { view: warehouseView(warehouse) }),
      originIndexes: [indexOf(name)],
      isDimmed: isDimmed(input, name),
    };
  });
}

function stageNodes(
  graph: StageGraph,
  input: GraphInput,
  indexOf: (origin: string) => number,
): StageNodeModel[] {
  const byName = new Map(input.stages.map(s => [s.metadata.name, s]));
  const freight = indexFreight(input.freight);
  return orderStages(graph).map(name => {
    const stage = byName.get(name);
    return {
      id: stageNodeId(name),
      kind: 'stage',
      name,
      ...(stage && { view: stageView(stage, freight) }),
      originIndexes: passingOrigins(graph, name).map(indexOf),
      ...mayPromote(stage, input.access),
      isDimmed: isDimmed(input, name),
    };
  });
}

/** Names of origins whose Freight enters or leaves a Stage, in ascending order. */
function passingOrigins(graph: StageGraph, stage: string): string[] {
  return [
    ...new Set(
      graph.edges
        .filter(
          ({ from, to }) =>
            to === stage || (from.kind === 'Stage' && from.name === stage),
        )
        .map(({ origin }) => originName(origin)),
    ),
  ].sort();
}

function originName(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function mayPromote(
  stage: Stage | undefined,
  access: ProjectAccess | undefined,
): { mayPromote: boolean; refusal?: string } {
  if (!stage || isControlFlow(stage)) {
    return { mayPromote: false };
  }
  // Unknown rights refuse nothing in advance; the server decides when asked.
  const verdict = access?.stages[stage.metadata.name]?.promote;
  return {
    mayPromote: verdict?.allowed ?? true,
    ...(verdict?.reason && { refusal: verdict.reason }),
  };
}

function isDimmed(input: GraphInput, name: string): boolean {
  return input.highlighted !== undefined && !input.highlighted.has(name);
}
