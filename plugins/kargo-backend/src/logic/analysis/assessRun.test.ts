import {
  AnalysisMetric,
  AnalysisPhase,
  MetricResult,
} from 'backstage-plugin-kargo-common';
import { assessMetric } from './assessRun';

type Settings = Partial<AnalysisMetric>;
type Counters = Partial<MetricResult>;

const CASES: Array<
  [
    name: string,
    metric: Settings,
    counters: Counters,
    running: AnalysisPhase,
    terminating: AnalysisPhase,
  ]
> = [
  [
    'fails past its limit',
    { interval: '60s', failureLimit: 2 },
    { count: 3, failed: 3 },
    'Failed',
    'Failed',
  ],
  [
    'goes on at its limit',
    { interval: '60s', failureLimit: 3 },
    { count: 3, failed: 3 },
    'Running',
    'Successful',
  ],
  [
    'succeeds by a streak',
    { interval: '60s', failureLimit: -1, consecutiveSuccessLimit: 3 },
    { count: 7, failed: 3, successful: 4, consecutiveSuccess: 3 },
    'Successful',
    'Successful',
  ],
  [
    'waits for its streak',
    { interval: '60s', failureLimit: -1, consecutiveSuccessLimit: 5 },
    { count: 7, failed: 3, successful: 4, consecutiveSuccess: 3 },
    'Running',
    'Successful',
  ],
  [
    'fails without its streak where it cannot fail otherwise',
    { interval: '60s', failureLimit: -1, consecutiveSuccessLimit: 5, count: 7 },
    { count: 7, failed: 3, successful: 4, consecutiveSuccess: 3 },
    'Failed',
    'Failed',
  ],
  [
    'is inconclusive without its streak',
    { interval: '60s', failureLimit: 4, consecutiveSuccessLimit: 4, count: 10 },
    { count: 10, failed: 4, successful: 6, consecutiveSuccess: 3 },
    'Inconclusive',
    'Inconclusive',
  ],
  [
    'fails with its streak past the limit',
    { interval: '60s', failureLimit: 4, consecutiveSuccessLimit: 4, count: 10 },
    { count: 10, failed: 5, successful: 5, consecutiveSuccess: 4 },
    'Failed',
    'Failed',
  ],
  [
    'succeeds with its streak at the limit',
    { interval: '60s', failureLimit: 4, consecutiveSuccessLimit: 4, count: 10 },
    { count: 10, failed: 4, successful: 6, consecutiveSuccess: 4 },
    'Successful',
    'Successful',
  ],
  [
    'calls errors worse than what is inconclusive',
    {},
    { count: 2, failed: 1, inconclusive: 1, consecutiveError: 5 },
    'Error',
    'Error',
  ],
  [
    'calls what is inconclusive worse than failures',
    {},
    { count: 2, failed: 1, inconclusive: 1 },
    'Inconclusive',
    'Inconclusive',
  ],
  [
    'runs while something is in flight',
    {},
    { count: 9, failed: 9, measurements: [{ phase: 'Running' }] },
    'Running',
    'Running',
  ],
  ['is pending at first', {}, { measurements: [] }, 'Pending', 'Successful'],
  [
    'stays as it ended',
    {},
    { phase: 'Successful', count: 9, failed: 9 },
    'Successful',
    'Successful',
  ],
  [
    'goes on below the limit of errors',
    { interval: '60s' },
    { error: 4, consecutiveError: 4 },
    'Running',
    'Successful',
  ],
];

describe('a metric', () => {
  it.each(CASES)('%s', (_, settings, counters, running, terminating) => {
    const metric = { name: 'a', provider: { web: {} }, ...settings };
    const result: MetricResult = {
      name: 'a',
      phase: 'Running',
      measurements: [
        { phase: 'Successful', finishedAt: '2026-01-01T00:00:00Z' },
      ],
      ...counters,
    };
    expect(assessMetric(metric, result, false)).toBe(running);
    expect(assessMetric(metric, result, true)).toBe(terminating);
  });
});
