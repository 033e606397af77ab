import {
  AccessVerdict,
  currentFreight,
  isControlFlow,
  ProjectAccess,
} from 'backstage-plugin-kargo-common';
import { WaitingInput, WaitingItem, waitingItems } from '../home/waitingModel';
import { isFailing, stageState } from '../stage/stageModel';
import { otherActors } from '../stage/whoActs';

/** What the list of projects tells of one. */
export interface ProjectSummary {
  /** Stages that hold nothing and where nothing failed: neither healthy nor unhealthy. */
  empty: number;
  /** Stages that somebody has to look at. */
  failing: number;
  /** Stages that only let Freight through. */
  passThrough: number;
  /** The newest promotion that ended. */
  last?: { name: string; stage: string; finishedAt: string };
  /** How many things wait for the viewer. */
  forYou: number;
  /** How many wait for others, and for whom; without owners it is not known for whom. */
  forOthers: { count: number; owners: string[] };
}

const ALLOWED: AccessVerdict = { allowed: true };

/** Sums up a project from what it holds. */
export function projectSummary(
  input: WaitingInput,
  nowMs: number,
): ProjectSummary {
  const stages = input.stages.filter(stage => !isControlFlow(stage));
  const failing = stages.filter(stage => isFailing(stageState(stage)));
  const items = waitingItems([withEverything(input)], nowMs);
  const others = items.filter(item => !isForViewer(item, input.access));
  const last = newestPromotion(stages);
  return {
    empty: stages.filter(
      stage => !currentFreight(stage) && !failing.includes(stage),
    ).length,
    failing: failing.length,
    passThrough: input.stages.length - stages.length,
    ...(last && { last }),
    forYou: items.length - others.length,
    forOthers: {
      count: others.length,
      owners: [
        ...new Set(
          others.flatMap(({ stage }) =>
            otherActors(input.access?.stages[stage]),
          ),
        ),
      ].sort(),
    },
  };
}

/** As somebody sees it who may do everything. */
function withEverything(input: WaitingInput): WaitingInput {
  return {
    ...input,
    access: {
      project: { manage: ALLOWED },
      stages: Object.fromEntries(
        input.stages.map(({ metadata }) => [
          metadata.name,
          { promote: ALLOWED, approve: ALLOWED },
        ]),
      ),
    },
  };
}

function isForViewer(
  { stage, kind }: WaitingItem,
  access: ProjectAccess | undefined,
): boolean {
  const verdicts = access?.stages[stage];
  const verdict = kind === 'approve' ? verdicts?.approve : verdicts?.promote;
  return verdict?.allowed === true;
}

function newestPromotion(
  stages: WaitingInput['stages'],
): ProjectSummary['last'] {
  const ended = stages.flatMap(({ metadata, status }) => {
    const { name, finishedAt } = status?.lastPromotion ?? {};
    return name && finishedAt
      ? [{ name, stage: metadata.name, finishedAt }]
      : [];
  });
  return ended.sort(
    (a, b) => Date.parse(b.finishedAt) - Date.parse(a.finishedAt),
  )[0];
}
