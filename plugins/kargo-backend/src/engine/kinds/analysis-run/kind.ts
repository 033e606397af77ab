import { Resource } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { defineKind, KindChange } from '../KindModule';

/** An AnalysisRun: one verification of what a Stage holds. */
export const analysisRunKind = defineKind<Resource>({
  kind: 'AnalysisRun',
  wakeOthers: wakeByAnalysisRun,
});

function wakeByAnalysisRun({ key }: KindChange<Resource>): Wakeup[] {
  return [
    {
      kind: 'Stage',
      namespace: key.namespace,
      index: { name: 'analysisRun', value: key.name },
    },
  ];
}
