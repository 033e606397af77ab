import {
  freightUses,
  isConditionTrue,
  isControlFlow,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';

/** How Stages are found. */
export const stageIndexes = {
  any: () => [''],
  directOrigin: (stage: Stage) =>
    stage.spec.requestedFreight
      .filter(request => request.sources.direct)
      .map(request => originKey(request.origin)),
  upstreamStage: (stage: Stage) => [
    ...new Set(
      stage.spec.requestedFreight.flatMap(
        request => request.sources.stages ?? [],
      ),
    ),
  ],
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
  regular: (stage: Stage) => (isControlFlow(stage) ? [] : ['']),
  healthy: (stage: Stage) =>
    isConditionTrue(stage.status, 'Healthy') && !isControlFlow(stage)
      ? ['']
      : [],
};
