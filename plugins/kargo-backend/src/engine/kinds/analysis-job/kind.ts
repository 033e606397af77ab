import { AnalysisJob, isJobEnded } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { defineKind, KindChange } from '../KindModule';
import { AnalysisJobController } from './AnalysisJobController';

/** An AnalysisJob: one run of a metric's job; written by Kargo alone. */
export const analysisJobKind = defineKind<AnalysisJob>({
  kind: 'AnalysisJob',
  indexes: {
    analysisRun: job => [job.spec.analysisRun],
    unfinished: ({ status }) =>
      isJobEnded(status?.phase) && !status?.cleanupPending ? [] : [''],
  },
  deletion: { isCleanedUp: true },
  wakeOthers: wakeAnalysisRun,
  controller: {
    pool: 'jobs',
    create: AnalysisJobController.create,
    sweep: { name: 'unfinished', value: '' },
  },
});

/** A run waits for nothing but the end of its job. */
function wakeAnalysisRun({
  type,
  key: { namespace },
  before,
  after,
}: KindChange<AnalysisJob>): Wakeup[] {
  const job = after ?? before;
  const isNews =
    type === 'deleted' ||
    isJobEnded(before?.status?.phase) !== isJobEnded(after?.status?.phase);
  return job?.spec && isNews
    ? [
        {
          key: { kind: 'AnalysisRun', namespace, name: job.spec.analysisRun },
        },
      ]
    : [];
}
