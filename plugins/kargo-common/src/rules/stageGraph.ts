import { originKey } from '../model/references';
import { Stage } from '../model/Stage';
import { Warehouse } from '../model/Warehouse';

/** One way for Freight into a Stage. @public */
export interface StageGraphEdge {
  /** Where the Freight comes from: its Warehouse, or an upstream Stage. */
  from: { kind: 'Warehouse' | 'Stage'; name: string };
  /** Name of the Stage that takes it. */
  to: string;
  /** Key of the origin (`Warehouse/<name>`) whose Freight moves along the edge. */
  origin: string;
}

/** Warehouses and Stages of one project with the ways between them. @public */
export interface StageGraph {
  /** Names in ascending order, including Warehouses that are only referred to. */
  warehouses: string[];
  /** Names in ascending order, including Stages that are only referred to. */
  stages: string[];
  edges: StageGraphEdge[];
  /** Referred to by a Stage but not there, as `Kind/name`. */
  missing: string[];
}

/** Builds the graph that the requests of the Stages describe. @public */
export function buildStageGraph(input: {
  warehouses: Warehouse[];
  stages: Stage[];
}): StageGraph {
  const warehouses = new Set(input.warehouses.map(nameOf));
  const stages = new Set(input.stages.map(nameOf));
  const missing = new Set<string>();
  const edges = input.stages.flatMap(edgesInto);
  for (const { from } of edges) {
    const known = from.kind === 'Warehouse' ? warehouses : stages;
    if (!known.has(from.name)) {
      missing.add(`${from.kind}/${from.name}`);
      known.add(from.name);
    }
  }
  return {
    warehouses: [...warehouses].sort(),
    stages: [...stages].sort(),
    edges,
    missing: [...missing].sort(),
  };
}

/**
 * Names of the Stages that feed a Stage, without repetition.
 *
 * @param origin - limits the answer to one origin key.
 * @public
 */
export function upstreamStages(
  graph: StageGraph,
  stage: string,
  origin?: string,
): string[] {
  return unique(
    graph.edges
      .filter(
        edge =>
          edge.to === stage &&
          edge.from.kind === 'Stage' &&
          (origin === undefined || edge.origin === origin),
      )
      .map(edge => edge.from.name),
  );
}

/**
 * Names of the Stages that a Stage feeds, without repetition.
 *
 * @param origin - limits the answer to one origin key.
 * @public
 */
export function downstreamStages(
  graph: StageGraph,
  stage: string,
  origin?: string,
): string[] {
  return unique(
    graph.edges
      .filter(
        edge =>
          edge.from.kind === 'Stage' &&
          edge.from.name === stage &&
          (origin === undefined || edge.origin === origin),
      )
      .map(edge => edge.to),
  );
}

/**
 * Stages in the order in which Freight reaches them: every Stage after its
 * upstreams, equals by name. Members of a cycle come last, by name.
 *
 * @public
 */
export function orderStages(graph: StageGraph): string[] {
  const waiting = new Map(
    graph.stages.map(stage => [stage, new Set(upstreamStages(graph, stage))]),
  );
  const ordered: string[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.keys()].filter(
      stage => waiting.get(stage)?.size === 0,
    );
    if (ready.length === 0) {
      return [...ordered, ...waiting.keys()];
    }
    for (const stage of ready) {
      waiting.delete(stage);
      ordered.push(stage);
    }
    for (const upstreams of waiting.values()) {
      ready.forEach(stage => upstreams.delete(stage));
    }
  }
  return ordered;
}

/**
 * Groups of Stages that feed each other in a circle, each in ascending order; a
 * Stage that lists itself is a group of one. Freight can enter them only by approval.
 *
 * @public
 */
export function findCycles(graph: StageGraph): string[][] {
  const reach = new Map(
    graph.stages.map(stage => [stage, reachableFrom(graph, stage)]),
  );
  const assigned = new Set<string>();
  const cycles: string[][] = [];
  for (const stage of graph.stages) {
    if (!assigned.has(stage) && reach.get(stage)?.has(stage)) {
      const members = graph.stages.filter(
        other => reach.get(stage)?.has(other) && reach.get(other)?.has(stage),
      );
      members.forEach(member => assigned.add(member));
      cycles.push(members);
    }
  }
  return cycles;
}

function reachableFrom(graph: StageGraph, stage: string): Set<string> {
  const reached = new Set<string>();
  const open = downstreamStages(graph, stage);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!reached.has(next)) {
      reached.add(next);
      open.push(...downstreamStages(graph, next));
    }
  }
  return reached;
}

function edgesInto(stage: Stage): StageGraphEdge[] {
  return stage.spec.requestedFreight.flatMap(({ origin, sources }) => {
    const common = { to: stage.metadata.name, origin: originKey(origin) };
    const fromStages = unique(sources.stages ?? []).map(name => ({
      ...common,
      from: { kind: 'Stage' as const, name },
    }));
    return sources.direct
      ? [
          { ...common, from: { kind: origin.kind, name: origin.name } },
          ...fromStages,
        ]
      : fromStages;
  });
}

function nameOf(resource: { metadata: { name: string } }): string {
  return resource.metadata.name;
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
