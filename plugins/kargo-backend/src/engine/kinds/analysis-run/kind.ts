import {
  AnalysisRun,
  ANNOTATIONS,
  isAnalysisCompleted,
  verifiedStage,
} from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { defineKind, KindChange } from '../KindModule';
import { AnalysisRunController } from './AnalysisRunController';

/** An AnalysisRun: one verification of what a Stage holds. */
export const analysisRunKind = defineKind<AnalysisRun>({
  kind: 'AnalysisRun',
  indexes: {
    stage: run => listed(verifiedStage(run)),
    verification: run =>
      listed(run.metadata.annotations?.[ANNOTATIONS.verification]),
    unfinished: ({ status }) =>
      isAnalysisCompleted(status?.phase) && !status?.cleanupPending ? [] : [''],
  },
  wakeOthers: change => [...wakeVerifiedStage(change), ...wakeJobs(change)],
  controller: {
    pool: 'verifications',
    create: AnalysisRunController.create,
    sweep: { name: 'unfinished', value: '' },
  },
});

function listed(value: string | undefined): string[] {
  return value ? [value] : [];
}

/**
 * By its name: a run may end before its Stage has written that it began. What a run says
 * while it goes on is what keeps it from going on.
 */
function wakeVerifiedStage({
  type,
  key: { namespace },
  before,
  after,
}: KindChange<AnalysisRun>): Wakeup[] {
  const run = after ?? before;
  const name = run && verifiedStage(run);
  const isNews =
    type === 'deleted' ||
    before?.status?.phase !== after?.status?.phase ||
    before?.status?.message !== after?.status?.message;
  return name && isNews ? [{ key: { kind: 'Stage', namespace, name } }] : [];
}

/** Jobs of a run that has ended do not go on. */
function wakeJobs({
  key: { namespace, name },
  before,
  after,
}: KindChange<AnalysisRun>): Wakeup[] {
  const hasEnded =
    isAnalysisCompleted(after?.status?.phase) &&
    !isAnalysisCompleted(before?.status?.phase);
  return hasEnded
    ? [
        {
          kind: 'AnalysisJob',
          namespace,
          index: { name: 'analysisRun', value: name },
        },
      ]
    : [];
}
