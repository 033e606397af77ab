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
import { freightIndex, StageView, stageView } from '../stage/stageModel';
import { withActors } from '../stage/whoActs';
import {
  SubscriptionView,
  WarehouseView,
  warehouseView,
} from '../warehouse/warehouseModel';

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
  /** Whether what follows it is drawn; absent where nothing follows. */
  rest?: RestState;
}

/** A node that stands for a Warehouse. */
export interface WarehouseNodeModel {
  id: string;
  kind: 'warehouse';
  name: string;
  view?: WarehouseView;
  originIndexes: number[];
  /** Whether what it watches is drawn; absent where it watches nothing. */
  rest?: RestState;
}

/** Whether nodes beside one are drawn, or folded away. */
export type RestState = 'shown' | 'folded';

/** A node that stands for what a Warehouse watches. */
export interface SubscriptionNodeModel {
  id: string;
  kind: 'subscription';
  /** The Warehouse that watches it. */
  warehouse: string;
  view: SubscriptionView;
  originIndexes: number[];
}

/** A node that stands for all Stages that a folded one hides. */
export interface FoldNodeModel {
  id: string;
  kind: 'fold';
  /** The Stage that they follow. */
  stage: string;
  /** How many Stages it hides. */
  count: number;
  /** How many of them fail. */
  failing: number;
  originIndexes: number[];
}

/** A node of the pipeline. */
export type NodeModel =
  | StageNodeModel
  | WarehouseNodeModel
  | SubscriptionNodeModel
  | FoldNodeModel;

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
  /** What time it is, in epoch milliseconds. */
  nowMs: number;
}

/** Id of the node of a Stage. */
function stageNodeId(name: string): string {
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

/** The part of a graph that Freight of some Warehouses passes through; all of it for none. */
export function onlyOrigins(
  model: GraphModel,
  origins: ReadonlySet<string>,
): GraphModel {
  if (origins.size === 0) {
    return model;
  }
  const isChosen = (index: number) => origins.has(model.origins[index]);
  const nodes = model.nodes.filter(node => node.originIndexes.some(isChosen));
  const edges = model.edges.filter(edge => isChosen(edge.originIndex));
  return { ...model, nodes, edges };
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
  const known = new Map(previous.map(node => [node.id, node]));
  return next.map(node => {
    const old = known.get(node.id);
    return old && isDrawnAlike(old, node) ? old : node;
  });
}

/** Whether nothing differs that is drawn of a node. */
export function isDrawnAlike(one: NodeModel, other: NodeModel): boolean {
  return one === other || textOf(one) === textOf(other);
}

/** What is drawn of nodes, as text; of those that stay it is asked time and again. */
const texts = new WeakMap<NodeModel, string>();

function textOf(node: NodeModel): string {
  const text = texts.get(node) ?? JSON.stringify(node);
  texts.set(node, text);
  return text;
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
    };
  });
}

function stageNodes(
  graph: StageGraph,
  input: GraphInput,
  indexOf: (origin: string) => number,
): StageNodeModel[] {
  const byName = new Map(input.stages.map(s => [s.metadata.name, s]));
  const freight = freightIndex(input.freight, input.nowMs);
  const passing = originsByStage(graph);
  return orderStages(graph).map(name => {
    const stage = byName.get(name);
    return {
      id: stageNodeId(name),
      kind: 'stage',
      name,
      ...(stage && {
        view: withActors(stageView(stage, freight), input.access),
      }),
      originIndexes: [...(passing.get(name) ?? [])].sort().map(indexOf),
      ...mayPromote(stage, input.access),
    };
  });
}

/** Names of origins whose Freight enters or leaves each Stage. */
function originsByStage(graph: StageGraph): Map<string, Set<string>> {
  const passing = new Map(graph.stages.map(name => [name, new Set<string>()]));
  for (const { from, to, origin } of graph.edges) {
    const name = originName(origin);
    passing.get(to)?.add(name);
    if (from.kind === 'Stage') {
      passing.get(from.name)?.add(name);
    }
  }
  return passing;
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
