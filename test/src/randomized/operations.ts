import { pick } from 'backstage-plugin-kargo-backend/src/testing/seededRandom';

/** Names of the Stages of every pipeline, upstreams first. */
export const STAGES = ['test', 'qa', 'prod'] as const;

export type StageName = (typeof STAGES)[number];

/** How Freight comes to a Stage, and what happens to it there. */
export interface StagePlan {
  /** Takes Freight right from the Warehouse. */
  direct: boolean;
  upstreams: StageName[];
  /** All of the upstreams must have verified it; otherwise one. */
  all: boolean;
  soakMinutes: number;
  /** Automation promotes to it. */
  auto: boolean;
  /** Verifies by a template; otherwise what is healthy is verified. */
  verifies: boolean;
}

export type Pipeline = Record<StageName, StagePlan>;

/** Something that people, remotes or machines do. Freight is counted from 0, by age. */
export type Operation =
  | { do: 'publish' }
  | { do: 'promote' | 'approve'; stage: StageName; freight: number }
  /** The next step that acts in the Stage fails. */
  | { do: 'break'; stage: StageName }
  /** Steps in the Stage wait from now on, or go on. */
  | { do: 'block' | 'unblock'; stage: StageName }
  /** The first or the last Promotion of the Stage that has not ended. */
  | { do: 'abort' | 'delete-promotion'; stage: StageName; last: boolean }
  | { do: 'answer'; stage: StageName; ok: boolean }
  | { do: 'verify-again' | 'abort-verification'; stage: StageName }
  | { do: 'delete-freight'; freight: number }
  | { do: 'advance'; minutes: number }
  /** The process ends some turns of its event loop after the next operation, and starts. */
  | { do: 'crash'; turns: number }
  /** Another replica works beside it, or takes its place; on SQLite the portal starts anew. */
  | { do: 'replica' };

/** How often a draw that would be refused is replaced by another, at most. */
const REDRAWS = 4;
/** How often what would be refused is tried all the same. */
const REFUSED_SHARE = 0.1;
/** How often something is followed by what people often do next. */
const FOLLOWED_SHARE = 0.7;

/** What people often do right after something, in the same Stage. */
const NEXT: Partial<Record<Operation['do'], readonly Operation['do'][]>> = {
  block: ['promote'],
  promote: ['abort', 'abort', 'promote', 'advance'],
  advance: ['promote', 'promote', 'advance'],
  answer: ['advance'],
};

/**
 * Draws what happens, one thing after another; the same numbers draw the same things.
 *
 * @param isAllowed - whether the rules allow something at the moment at which it is drawn
 */
export function* drawOperations(
  random: () => number,
  isAllowed: (operation: Operation) => boolean,
): Generator<Operation> {
  const length = 14 + Math.floor(random() * 14);
  yield { do: 'publish' };
  yield { do: 'publish' };
  // Faults come of things that meet, so what happens stays at one Stage for a while.
  let stage = pick(random, STAGES);
  let last: Operation['do'] = 'publish';
  for (let drawn = 2; drawn < length; drawn++) {
    const wanted =
      random() < FOLLOWED_SHARE ? findNext(random, last) : undefined;
    stage = wanted || random() < 0.6 ? stage : pick(random, STAGES);
    let operation = drawWanted(random, stage, wanted);
    const isRefusalWanted = random() < REFUSED_SHARE;
    for (let redraws = 0; redraws < REDRAWS; redraws++) {
      if (isRefusalWanted || isAllowed(operation)) break;
      operation = drawWanted(random, stage, wanted);
    }
    yield operation;
    last = operation.do;
  }
}

function findNext(
  random: () => number,
  last: Operation['do'],
): Operation['do'] | undefined {
  const next = NEXT[last];
  return next && pick(random, next);
}

function drawWanted(
  random: () => number,
  stage: StageName,
  wanted: Operation['do'] | undefined,
): Operation {
  let operation = drawOperation(random, stage);
  while (wanted && operation.do !== wanted) {
    operation = drawOperation(random, stage);
  }
  return operation;
}

/** Draws a pipeline; the same numbers draw the same one. */
export function drawPipeline(random: () => number): Pipeline {
  const stage = (plan: Partial<StagePlan>): StagePlan => ({
    direct: false,
    upstreams: [],
    all: random() < 0.5,
    soakMinutes: pick(random, [0, 30]),
    auto: random() < 0.6,
    verifies: random() < 0.4,
    ...plan,
  });
  return {
    test: stage({ direct: true, soakMinutes: 0 }),
    qa: stage(random() < 0.3 ? { direct: true } : { upstreams: ['test'] }),
    prod: stage({
      upstreams: pick<StageName[]>(random, [['qa'], ['test', 'qa']]),
    }),
  };
}

function drawOperation(random: () => number, stage: StageName): Operation {
  const freight = Math.floor(random() * 4);
  const last = random() < 0.5;
  return pick<Operation>(random, [
    { do: 'publish' },
    { do: 'promote', stage, freight },
    { do: 'promote', stage, freight },
    { do: 'promote', stage, freight },
    { do: 'promote', stage, freight },
    { do: 'approve', stage, freight },
    { do: 'break', stage },
    { do: 'block', stage },
    { do: 'block', stage },
    { do: 'unblock', stage },
    { do: 'unblock', stage },
    { do: 'abort', stage, last },
    { do: 'abort', stage, last },
    { do: 'delete-promotion', stage, last },
    { do: 'answer', stage, ok: random() < 0.6 },
    { do: 'answer', stage, ok: random() < 0.6 },
    { do: 'verify-again', stage },
    { do: 'abort-verification', stage },
    { do: 'delete-freight', freight },
    { do: 'advance', minutes: pick(random, [5, 20, 40]) },
    { do: 'advance', minutes: pick(random, [20, 40]) },
    { do: 'advance', minutes: pick(random, [20, 40]) },
    { do: 'crash', turns: Math.floor(random() * 40) },
    { do: 'replica' },
  ]);
}
