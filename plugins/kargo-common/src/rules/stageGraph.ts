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
 * upstreams, equals by name. Members of a cycle, and what follows them, come last, by name.
 *
 * @public
 */
export function orderStages(graph: StageGraph): string[] {
  const ordered = takeFromAbove(neighbours(graph));
  const placed = new Set(ordered);
  return [...ordered, ...graph.stages.filter(stage => !placed.has(stage))];
}

/**
 * Groups of Stages that feed each other in a circle, each in ascending order; a
 * Stage that lists itself is a group of one. Freight can enter them only by approval.
 *
 * @public
 */
export function findCycles(graph: StageGraph): string[][] {
  const { above, below } = neighbours(graph);
  const apart = new Set([
    ...takeFromAbove({ above, below }),
    ...takeFromAbove({ above: below, below: above }),
  ]);
  // Few are left, and mostly none: those in cycles, and between two of them.
  const left = graph.stages.filter(stage => !apart.has(stage));
  const reach = new Map(
    left.map(stage => [stage, reachableFrom(below, stage)]),
  );
  const assigned = new Set<string>();
  const cycles: string[][] = [];
  for (const stage of left) {
    if (!assigned.has(stage) && reach.get(stage)?.has(stage)) {
      const members = left.filter(
        other => reach.get(stage)?.has(other) && reach.get(other)?.has(stage),
      );
      members.forEach(member => assigned.add(member));
      cycles.push(members);
    }
  }
  return cycles;
}

/** For every Stage, in the order of the graph, the Stages on one side of it. */
type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

/** The Stages that feed each Stage, and those that it feeds. */
function neighbours({ stages, edges }: StageGraph): {
  above: Neighbours;
  below: Neighbours;
} {
  const above = new Map(stages.map(stage => [stage, new Set<string>()]));
  const below = new Map(stages.map(stage => [stage, new Set<string>()]));
  for (const { from, to } of edges) {
    if (from.kind === 'Stage') {
      above.get(to)?.add(from.name);
      below.get(from.name)?.add(to);
    }
  }
  return { above, below };
}

/**
 * Takes away, time and again, every Stage that has none above it; returns those taken, in
 * that order, equals as the graph orders them.
 */
function takeFromAbove(sides: {
  above: Neighbours;
  below: Neighbours;
}): string[] {
  const places = new Map([...sides.above.keys()].map((name, at) => [name, at]));
  const placeOf = (stage: string) => places.get(stage) ?? 0;
  const counts = new Map<string, number>();
  let ready: string[] = [];
  for (const [stage, { size }] of sides.above) {
    counts.set(stage, size);
    if (size === 0) ready.push(stage);
  }
  const taken: string[] = [];
  while (ready.length > 0) {
    taken.push(...ready);
    const next: string[] = [];
    for (const stage of ready) {
      for (const fed of sides.below.get(stage) ?? []) {
        const left = (counts.get(fed) ?? 0) - 1;
        counts.set(fed, left);
        if (left === 0) next.push(fed);
      }
    }
    ready = next.sort((a, b) => placeOf(a) - placeOf(b));
  }
  return taken;
}

function reachableFrom(below: Neighbours, stage: string): Set<string> {
  const reached = new Set<string>();
  const open = [...(below.get(stage) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!reached.has(next)) {
      reached.add(next);
      open.push(...(below.get(next) ?? []));
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
