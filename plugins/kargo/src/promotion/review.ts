import {
  buildStageGraph,
  currentFreight,
  downstreamStages,
  Freight,
  FreightByOrigin,
  groupByOrigin,
  isControlFlow,
  isFreightAvailable,
  newerFreight,
  orderStages,
  originKey,
  Stage,
  upstreamStages,
} from 'backstage-plugin-kargo-common';
import { Pipeline } from '../queries/usePipeline';
import { PromotionPlan, promotionPlan } from './promotionPlan';

/**
 * What is reviewed: what is newer, everywhere or in the Stages that are shown; one piece of Freight for every Stage that
 * takes it, or for those behind a Stage alone; what a Stage runs, for those behind it; what Stages before one run, for it.
 */
export type Review =
  | { kind: 'newer' }
  | { kind: 'freight'; name: string; behind?: string }
  | { kind: 'downstream'; name: string }
  | { kind: 'upstream'; name: string };

/** Why Freight cannot, or need not, be promoted to a Stage. */
export type ReviewStop = 'same' | 'unavailable' | 'refused';

/** One Stage and the Freight that it would get. */
export interface ReviewRow {
  /** Tells it from others: a Stage may be offered Freight of several Warehouses. */
  id: string;
  stage: Stage;
  freight: Freight;
  plan: PromotionPlan;
  stop?: ReviewStop;
}

/** A review as an address names it: `newer`, `freight:f1`, `freight:f1@gate`. */
export function formatReview(review: Review): string {
  if (review.kind === 'newer') {
    return review.kind;
  }
  const behind =
    review.kind === 'freight' && review.behind ? `@${review.behind}` : '';
  return `${review.kind}:${review.name}${behind}`;
}

/** The review that an address names, if it is one. */
export function parseReview(text: string | undefined): Review | undefined {
  const [, kind, name] = /^(\w+)(?::(.+))?$/.exec(text ?? '') ?? [];
  switch (kind) {
    case 'newer':
      return { kind };
    case 'freight': {
      const [freight, behind] = name?.split('@') ?? [];
      return freight
        ? { kind, name: freight, ...(behind && { behind }) }
        : undefined;
    }
    case 'downstream':
    case 'upstream':
      return name ? { kind, name } : undefined;
    default:
      return undefined;
  }
}

/** The Stages of a review in the order in which Freight reaches them. */
export function reviewRows(
  pipeline: Pipeline,
  review: Review,
  nowMs: number,
  shown?: ReadonlySet<string>,
): ReviewRow[] {
  const order = new Map(
    orderStages(buildStageGraph(pipeline)).map((name, index) => [name, index]),
  );
  const rank = ({ metadata }: Stage) => order.get(metadata.name) ?? order.size;
  const byOrigin = groupByOrigin(pipeline.freight);
  return (
    pairsOf(pipeline, review, nowMs)
      .filter(([stage]) => !isControlFlow(stage))
      // Other reviews say themselves which Stages they are about.
      .filter(
        ([{ metadata }]) =>
          review.kind !== 'newer' || (shown?.has(metadata.name) ?? true),
      )
      .sort(([one], [other]) => rank(one) - rank(other))
      .map(pair => toRow(pipeline, pair, byOrigin, nowMs))
  );
}

/**
 * The same rows with what stops them now, which changes while a person looks. What each
 * would mean stays as it was told: hundreds of plans are too many to make with each event.
 */
export function judgedAgain(
  pipeline: Pipeline,
  rows: readonly ReviewRow[],
  nowMs: number,
): ReviewRow[] {
  const stages = new Map(pipeline.stages.map(s => [s.metadata.name, s]));
  const freight = new Map(pipeline.freight.map(f => [f.metadata.name, f]));
  return rows.map(({ stop: _, ...row }) => {
    const stop = stopOf(
      pipeline,
      stages.get(row.stage.metadata.name) ?? row.stage,
      freight.get(row.freight.metadata.name) ?? row.freight,
      nowMs,
    );
    return { ...row, ...(stop && { stop }) };
  });
}

type Pair = [stage: Stage, freight: Freight];

function pairsOf(pipeline: Pipeline, review: Review, nowMs: number): Pair[] {
  const { stages, freight } = pipeline;
  switch (review.kind) {
    case 'newer': {
      const byOrigin = groupByOrigin(freight);
      return stages.flatMap(stage =>
        newerFreight(stage, byOrigin, nowMs)
          .filter(({ isAvailable }) => isAvailable)
          .map((newer): Pair => [stage, newer.freight]),
      );
    }
    case 'freight': {
      const isMeant = stagesBehind(pipeline, review.behind);
      return freight
        .filter(item => item.metadata.name === review.name)
        .flatMap(item =>
          stages
            .filter(stage => takes(stage, item) && isMeant(stage))
            .map((stage): Pair => [stage, item]),
        );
    }
    case 'downstream':
      return movesBetween(pipeline, [review.name], name =>
        downstreamStages(buildStageGraph(pipeline), name),
      );
    default:
      return movesBetween(
        pipeline,
        upstreamStages(buildStageGraph(pipeline), review.name),
        () => [review.name],
      );
  }
}

function stagesBehind(pipeline: Pipeline, name: string | undefined) {
  if (name === undefined) {
    return () => true;
  }
  const behind = new Set(downstreamStages(buildStageGraph(pipeline), name));
  return ({ metadata }: Stage) => behind.has(metadata.name);
}

function takes(stage: Stage, { origin }: Freight): boolean {
  return stage.spec.requestedFreight.some(
    request => originKey(request.origin) === originKey(origin),
  );
}

/** What some Stages run, for those of others that take it. */
function movesBetween(
  { stages, freight }: Pipeline,
  from: string[],
  targetsOf: (stage: string) => string[],
): Pair[] {
  const find = (name: string) => stages.filter(s => s.metadata.name === name);
  const pairs = from.flatMap(find).flatMap(source => {
    const held = Object.values(currentFreight(source)?.items ?? {});
    const names = new Set(held.map(({ name }) => name));
    const moved = freight.filter(({ metadata }) => names.has(metadata.name));
    return targetsOf(source.metadata.name)
      .flatMap(find)
      .flatMap(target =>
        moved
          .filter(item => takes(target, item))
          .map((item): Pair => [target, item]),
      );
  });
  // Two Stages before one may run the same.
  return [...new Map(pairs.map(pair => [idOf(...pair), pair])).values()];
}

function idOf(stage: Stage, freight: Freight): string {
  return `${stage.metadata.name} ${freight.metadata.name}`;
}

function toRow(
  pipeline: Pipeline,
  [stage, freight]: Pair,
  byOrigin: FreightByOrigin,
  nowMs: number,
): ReviewRow {
  // Freight of other Warehouses has no part in it, and there may be much of it.
  const ofOrigin = byOrigin.get(originKey(freight.origin)) ?? [];
  const plan = promotionPlan(stage, freight, ofOrigin, nowMs);
  const stop = stopOf(pipeline, stage, freight, nowMs);
  return {
    id: idOf(stage, freight),
    stage,
    freight,
    plan,
    ...(stop && { stop }),
  };
}

function stopOf(
  { access }: Pipeline,
  stage: Stage,
  freight: Freight,
  nowMs: number,
): ReviewStop | undefined {
  const held = currentFreight(stage)?.items?.[originKey(freight.origin)];
  if (held?.name === freight.metadata.name) {
    return 'same';
  }
  if (access?.stages[stage.metadata.name]?.promote.allowed === false) {
    return 'refused';
  }
  return isFreightAvailable(stage, freight, nowMs).available
    ? undefined
    : 'unavailable';
}

/**
 * Whether two rows exclude each other: of one Warehouse a Stage runs one piece of Freight,
 * and two promotions of it would only follow one another.
 */
export function isEitherOr(one: ReviewRow, other: ReviewRow): boolean {
  return (
    one.stage.metadata.name === other.stage.metadata.name &&
    originKey(one.freight.origin) === originKey(other.freight.origin)
  );
}

/** The rows that are chosen at first: what nothing stops and does not go back. */
export function chosenAtFirst(rows: readonly ReviewRow[]): string[] {
  const chosen: ReviewRow[] = [];
  for (const row of rows) {
    if (
      !row.stop &&
      row.plan.direction !== 'back' &&
      !chosen.some(other => isEitherOr(row, other))
    ) {
      chosen.push(row);
    }
  }
  return chosen.map(({ id }) => id);
}
