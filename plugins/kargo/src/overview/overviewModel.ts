import {
  buildStageGraph,
  currentFreight,
  Freight,
  FreightByOrigin,
  FreightRequest,
  isControlFlow,
  orderStages,
  originKey,
  Stage,
  upstreamStages,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { freightIndex, StageView, stageView } from '../stage/stageModel';

/** How a Stage stands to the step before it. */
export type Drift =
  /** It runs what the step before it does, which may not be the newest there is. */
  | { kind: 'same'; upstream: string; isNewest: boolean }
  | { kind: 'behind'; count: number; upstream: string }
  | { kind: 'ahead'; upstream: string };

/** One row of the overview. */
export interface OverviewRow {
  stage: Stage;
  view: StageView;
  drift?: Drift;
}

/**
 * One row per Stage that runs something, in the order in which Freight reaches them,
 * each compared with the step before it for its first origin.
 */
export function overviewRows(input: {
  stages: Stage[];
  warehouses: Warehouse[];
  freight: Freight[];
  /** What time it is, in epoch milliseconds. */
  nowMs: number;
}): OverviewRow[] {
  const graph = buildStageGraph(input);
  const index = freightIndex(input.freight, input.nowMs);
  const stages = new Map(input.stages.map(s => [s.metadata.name, s]));
  const drift = (stage: Stage) =>
    stageDrift(stage, index.byOrigin, name =>
      upstreamHolders(graph, stages, name, stage),
    );
  return orderStages(graph)
    .map(name => stages.get(name))
    .filter((stage): stage is Stage => stage !== undefined)
    .filter(stage => !isControlFlow(stage))
    .map(stage => {
      const found = drift(stage);
      return {
        stage,
        view: stageView(stage, index),
        ...(found && { drift: found }),
      };
    });
}

type UpstreamHolders = (origin: string) => Stage[];

/** Over all origins: how far behind the one is that is furthest behind, if one is. */
function stageDrift(
  stage: Stage,
  freight: FreightByOrigin,
  holders: UpstreamHolders,
): Drift | undefined {
  const drifts = stage.spec.requestedFreight.flatMap(
    request => originDrift(stage, request, freight, holders) ?? [],
  );
  const behind = drifts
    .filter(drift => drift.kind === 'behind')
    .sort((one, other) => other.count - one.count);
  return behind[0] ?? drifts.find(({ kind }) => kind === 'ahead') ?? drifts[0];
}

function originDrift(
  stage: Stage,
  request: FreightRequest,
  freight: FreightByOrigin,
  holders: UpstreamHolders,
): Drift | undefined {
  const origin = originKey(request.origin);
  const ofOrigin = freight.get(origin) ?? [];
  const before = request.sources.direct
    ? { name: request.origin.name, position: ofOrigin.length > 0 ? 0 : -1 }
    : newestUpstream(holders(origin), origin, ofOrigin);
  if (!before || before.position < 0) {
    return undefined;
  }
  const held = currentFreight(stage)?.items[origin]?.name;
  const position = ofOrigin.findIndex(item => item.metadata.name === held);
  return compare(
    // Freight that was cleaned up lies behind everything that is still there.
    position < 0 ? ofOrigin.length : position,
    before,
  );
}

function compare(
  position: number,
  before: { name: string; position: number },
): Drift {
  const count = position - before.position;
  if (count === 0) {
    return {
      kind: 'same',
      upstream: before.name,
      isNewest: position === 0,
    };
  }
  return count > 0
    ? { kind: 'behind', count, upstream: before.name }
    : { kind: 'ahead', upstream: before.name };
}

function newestUpstream(
  upstreams: Stage[],
  origin: string,
  ofOrigin: readonly Freight[],
): { name: string; position: number } | undefined {
  return upstreams
    .map(stage => ({
      name: stage.metadata.name,
      position: ofOrigin.findIndex(
        item =>
          item.metadata.name === currentFreight(stage)?.items[origin]?.name,
      ),
    }))
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position)[0];
}

/** Upstream Stages that run something; control-flow Stages stand for their own upstreams. */
function upstreamHolders(
  graph: ReturnType<typeof buildStageGraph>,
  stages: Map<string, Stage>,
  origin: string,
  stage: Stage,
): Stage[] {
  const seen = new Set<string>([stage.metadata.name]);
  const found: Stage[] = [];
  const open = upstreamStages(graph, stage.metadata.name, origin);
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const upstream = stages.get(name);
    if (!seen.has(name) && upstream) {
      if (isControlFlow(upstream)) {
        open.push(...upstreamStages(graph, name, origin));
      } else {
        found.push(upstream);
      }
    }
    seen.add(name);
  }
  return found;
}
