import {
  findCondition,
  freightUses,
  isConditionTrue,
  isControlFlow,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';

function upstreamStages(stage: Stage): string[] {
  return [
    ...new Set(
      stage.spec.requestedFreight.flatMap(
        request => request.sources.stages ?? [],
      ),
    ),
  ];
}

/**
 * Whether Freight that becomes available changes anything about a Stage: where automation is
 * off, nothing happens before somebody promotes. A Stage that nobody has looked at yet may
 * be automated; one whose automation is switched on looks again, see `wakeByStage`.
 */
function awaitsFreight(stage: Stage): boolean {
  return isControlFlow(stage) || stage.status?.autoPromotionEnabled !== false;
}

/** How Stages are found. */
export const stageIndexes = {
  any: () => [''],
  /** Origins whose new Freight it looks at by itself. */
  awaitedOrigin: (stage: Stage) =>
    awaitsFreight(stage)
      ? stage.spec.requestedFreight
          .filter(request => request.sources.direct)
          .map(request => originKey(request.origin))
      : [],
  upstreamStage: upstreamStages,
  /** Stages whose Freight it looks at by itself when something becomes of it there. */
  awaitedStage: (stage: Stage) =>
    awaitsFreight(stage) ? upstreamStages(stage) : [],
  requestedOrigin: (stage: Stage) =>
    stage.spec.requestedFreight.map(request => originKey(request.origin)),
  currentFreight: (stage: Stage) =>
    Object.values(stage.status?.freightHistory?.[0]?.items ?? {}).map(
      item => item.name,
    ),
  neededFreight: (stage: Stage) => [...freightUses(stage).keys()],
  analysisRun: (stage: Stage) => {
    const run =
      stage.status?.freightHistory?.[0]?.verificationHistory?.[0]?.analysisRun;
    return run ? [run.name] : [];
  },
  /** For counting; Stages that only let Freight through are not. */
  readyReason: (stage: Stage) =>
    isControlFlow(stage)
      ? []
      : [findCondition(stage.status, 'Ready')?.reason ?? 'Unknown'],
  regular: (stage: Stage) => (isControlFlow(stage) ? [] : ['']),
  healthy: (stage: Stage) =>
    isConditionTrue(stage.status, 'Healthy') && !isControlFlow(stage)
      ? ['']
      : [],
};
