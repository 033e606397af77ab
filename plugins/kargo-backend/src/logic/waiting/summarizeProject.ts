import {
  compareWaitingItems,
  currentFreight,
  isControlFlow,
  isFailing,
  ProjectSummary,
  Stage,
  stageState,
  WaitingItem,
} from 'backstage-plugin-kargo-common';

/** Something that waits, and for whom. */
export interface Waiting {
  item: WaitingItem;
  isForCaller: boolean;
  /** Whose it is, where it waits for others and that is known. */
  owners: readonly string[];
}

/** Sums up a project from its Stages and what waits in them. */
export function summarizeProject(
  project: string,
  stages: readonly Stage[],
  waiting: readonly Waiting[],
): ProjectSummary {
  const regular = stages.filter(stage => !isControlFlow(stage));
  const failing = regular.filter(stage => isFailing(stageState(stage)));
  const empty = regular.filter(
    stage => !currentFreight(stage) && !failing.includes(stage),
  );
  const last = lastPromotion(regular);
  const others = waiting.filter(({ isForCaller }) => !isForCaller);
  return {
    project,
    stages: {
      empty: empty.length,
      failing: failing.length,
      passThrough: stages.length - regular.length,
    },
    ...(last && { lastPromotion: last }),
    forCaller: waiting
      .filter(({ isForCaller }) => isForCaller)
      .map(({ item }) => item)
      .sort(compareWaitingItems),
    forOthers: {
      count: others.length,
      owners: [...new Set(others.flatMap(({ owners }) => owners))].sort(),
    },
  };
}

function lastPromotion(
  stages: readonly Stage[],
): ProjectSummary['lastPromotion'] {
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
