import {
  createMetricProvider,
  MetricContext,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { AnalysisJobs } from '../../../ports/AnalysisJobs';
import { JobRunner } from '../../../ports/JobRunner';
import { JobConfig } from './config';

/** What measuring by jobs needs. */
export interface JobProviderOptions {
  jobs: AnalysisJobs;
  runner: Pick<JobRunner, 'refusal'>;
}

/**
 * Measures by whether a job succeeds. Conditions do not matter to it.
 *
 * @remarks
 * It makes the job and looks at it when it is woken: a job wakes its run when it ends, and
 * ends by itself when its run has ended.
 */
export function createJobProvider({ jobs, runner }: JobProviderOptions) {
  return createMetricProvider({
    id: 'job',
    description: 'Runs containers and succeeds when they do.',
    config: JobConfig,
    unavailable: ({ spec }) => runner.refusal(spec, { isTemplate: true }),
    async measure({ spec }, context) {
      const refusal = runner.refusal(spec);
      if (refusal) {
        throw new Error(refusal);
      }
      const name = await jobs.ensure({
        ...about(context),
        number: context.number,
      });
      return {
        kind: 'waiting',
        metadata: { 'job-name': name, 'job-namespace': context.project },
      };
    },
    async resume(_, { project }, { metadata }) {
      const name = metadata?.['job-name'];
      if (!name) {
        throw new Error('job metadata reference missing');
      }
      return judge(name, await jobs.find(project, name));
    },
    async terminate() {
      return { kind: 'judged', phase: 'Inconclusive' };
    },
    async collect(context, limit) {
      await jobs.trim(about(context), limit);
    },
  });
}

function about({ project, analysisRun, metric }: MetricContext) {
  return { project, analysisRun, metric: metric.name };
}

function judge(
  name: string,
  status: Awaited<ReturnType<AnalysisJobs['find']>>,
): MetricOutcome {
  if (!status) {
    throw new Error(`AnalysisJob '${name}' is not there any more`);
  }
  const { phase, message } = status;
  const words = message ? { message } : {};
  switch (phase) {
    case 'Complete':
      return { kind: 'judged', phase: 'Successful', ...words };
    case 'Failed':
      return { kind: 'judged', phase: 'Failed', ...words };
    case 'Stuck':
    case 'Stopped':
      return { kind: 'judged', phase: 'Inconclusive', ...words };
    default:
      return { kind: 'waiting' };
  }
}
