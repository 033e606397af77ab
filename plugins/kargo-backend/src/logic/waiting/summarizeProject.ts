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
  // A Stage that is healthy may still fail, by its verification.
  const others = regular.filter(stage => !failing.includes(stage));
  const empty = others.filter(stage => !currentFreight(stage));
  const healthy = others.filter(
    stage =>
      currentFreight(stage) && stage.status?.health?.status === 'Healthy',
  );
  const last = lastPromotion(regular);
  const forOthers = waiting.filter(({ isForCaller }) => !isForCaller);
  return {
    project,
    stages: {
      count: regular.length,
      healthy: healthy.length,
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
      count: forOthers.length,
      owners: [...new Set(forOthers.flatMap(({ owners }) => owners))].sort(),
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
