import { AnalysisJobStatus } from 'backstage-plugin-kargo-common';
import { MetricContext, MetricOutcome } from 'backstage-plugin-kargo-node';
import { createJobProvider } from './provider';

const context = {
  project: 'demo',
  analysisRun: { name: 'run', uid: 'uid' },
  metric: { name: 'smoke' },
  number: 2,
} as MetricContext;
const config = { metadata: { labels: {}, annotations: {} }, spec: {} };

function provider(status?: AnalysisJobStatus, refusal?: string) {
  const asked: unknown[] = [];
  const created = createJobProvider({
    jobs: {
      ensure: async request => {
        asked.push(request);
        return 'uid.smoke.2';
      },
      find: async () => status,
      trim: async (request, limit) => {
        asked.push([request, limit]);
      },
    },
    runner: { refusal: () => refusal },
  });
  return { asked, ...created };
}

describe('job', () => {
  it('makes a job and waits until it is woken', async () => {
    const { measure, asked } = provider();
    await expect(measure(config, context)).resolves.toEqual({
      kind: 'waiting',
      metadata: { 'job-name': 'uid.smoke.2', 'job-namespace': 'demo' },
    });
    expect(asked).toEqual([
      {
        project: 'demo',
        analysisRun: { name: 'run', uid: 'uid' },
        metric: 'smoke',
        number: 2,
      },
    ]);
  });

  it('makes none that may not run', async () => {
    const { measure, asked } = provider(undefined, 'jobs are switched off');
    await expect(measure(config, context)).rejects.toThrow('switched off');
    expect(asked).toEqual([]);
  });

  const inFlight = {
    phase: 'Running' as const,
    metadata: { 'job-name': 'uid.smoke.2' },
  };

  it.each<[AnalysisJobStatus, MetricOutcome]>([
    [{}, { kind: 'waiting' }],
    [{ phase: 'Running' }, { kind: 'waiting' }],
    [{ phase: 'Complete' }, { kind: 'judged', phase: 'Successful' }],
    [
      { phase: 'Failed', message: 'm' },
      { kind: 'judged', phase: 'Failed', message: 'm' },
    ],
    [
      { phase: 'Stuck', message: 'm' },
      { kind: 'judged', phase: 'Inconclusive', message: 'm' },
    ],
  ])('takes %j for %j', async (status, outcome) => {
    const { resume } = provider(status);
    await expect(resume?.(config, context, inFlight)).resolves.toEqual(outcome);
  });

  it('fails to measure by a job that is gone, or that nobody remembers', async () => {
    const { resume } = provider();
    await expect(resume?.(config, context, inFlight)).rejects.toThrow(
      'not there any more',
    );
    await expect(
      resume?.(config, context, { phase: 'Running' }),
    ).rejects.toThrow('job metadata reference missing');
  });
});
