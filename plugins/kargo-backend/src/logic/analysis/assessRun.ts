import {
  AnalysisMetric,
  AnalysisPhase,
  AnalysisRunSpec,
  AnalysisRunStatus,
  isAnalysisCompleted,
  MetricResult,
  RunSummary,
} from 'backstage-plugin-kargo-common';
import { effectiveCount, limitsOf } from './scalars';
import { matchesRule } from './validateMetrics';

/** A limit that a metric is beyond. */
export interface Breach {
  phase: 'Failed' | 'Inconclusive' | 'Error';
  reason: string;
}

/** What is measured, masked, and what is asked of the run. */
export interface AssessedRun {
  /** Resolved; in the order of the spec. */
  metrics: readonly AnalysisMetric[];
  spec: Pick<AnalysisRunSpec, 'dryRun' | 'terminate'>;
}

/** Across metrics: the later, the worse. Inside of one metric another order holds. */
const SEVERITY: readonly AnalysisPhase[] = [
  'Successful',
  'Running',
  'Pending',
  'Inconclusive',
  'Error',
  'Failed',
];

/** Whether a metric is measured without deciding anything. */
export function isDryRun(
  { dryRun = [] }: Pick<AnalysisRunSpec, 'dryRun'>,
  name: string,
): boolean {
  return dryRun.some(rule => matchesRule(rule, name));
}

/**
 * Whether nothing new is measured any more and what is in flight is ended: somebody asked
 * for it, or a metric that counts has ended badly.
 */
export function isTerminating(
  { spec }: Pick<AssessedRun, 'spec'>,
  status: AnalysisRunStatus,
): boolean {
  return (
    spec.terminate === true ||
    (status.metricResults ?? []).some(
      ({ dryRun, phase }) =>
        !dryRun && isAnalysisCompleted(phase) && phase !== 'Successful',
    )
  );
}

/** The limit that a metric is beyond: Error before Inconclusive before Failed. */
function findBreach(
  metric: AnalysisMetric,
  result: MetricResult,
): Breach | undefined {
  const limits = limitsOf(metric);
  const { failed = 0, inconclusive = 0, consecutiveError: errors = 0 } = result;
  if (errors > limits.consecutiveError) {
    return {
      phase: 'Error',
      reason: `consecutiveErrors (${errors}) > consecutiveErrorLimit (${limits.consecutiveError})`,
    };
  }
  if (inconclusive > limits.inconclusive) {
    return {
      phase: 'Inconclusive',
      reason: `inconclusive (${inconclusive}) > inconclusiveLimit (${limits.inconclusive})`,
    };
  }
  return limits.failure >= 0 && failed > limits.failure
    ? {
        phase: 'Failed',
        reason: `failed (${failed}) > failureLimit (${limits.failure})`,
      }
    : undefined;
}

/** The phase of one metric by its counters. What has ended stays as it ended. */
export function assessMetric(
  metric: AnalysisMetric,
  result: MetricResult | undefined,
  terminating: boolean,
): AnalysisPhase {
  if (result && isAnalysisCompleted(result.phase)) {
    return result.phase;
  }
  const newest = result?.measurements?.at(-1);
  if (!result || !newest) {
    return terminating ? 'Successful' : 'Pending';
  }
  if (!isAnalysisCompleted(newest.phase)) {
    return 'Running';
  }
  const breach = findBreach(metric, result);
  if (breach) {
    return breach.phase;
  }
  const { failure, consecutiveSuccess: streak } = limitsOf(metric);
  if (streak > 0 && (result.consecutiveSuccess ?? 0) >= streak) {
    return 'Successful';
  }
  const wanted = effectiveCount(metric);
  if (wanted !== undefined && (result.count ?? 0) >= wanted) {
    if (streak === 0) {
      return 'Successful';
    }
    return failure >= 0 ? 'Inconclusive' : 'Failed';
  }
  return terminating ? 'Successful' : 'Running';
}

/** A metric with the message by which it ended, while a run is assessed. */
interface AssessedMetric {
  result: MetricResult;
  breach: Breach | undefined;
}

/**
 * The status of a run by what was measured: phases and messages of metrics and of the run,
 * summaries, times.
 *
 * @param now - RFC 3339, whole seconds
 * @remarks
 * Whether the run is terminating is decided before any metric is: a metric that fails now
 * ends its siblings with the next pass.
 */
export function assessRun(
  run: AssessedRun,
  status: AnalysisRunStatus,
  now: string,
): AnalysisRunStatus {
  const terminating = isTerminating(run, status);
  const known = new Map(
    (status.metricResults ?? []).map(result => [result.name, result]),
  );
  const assessed = new Map<string, AssessedMetric>();
  for (const metric of run.metrics) {
    const result = known.get(metric.name);
    if (result) {
      assessed.set(metric.name, assess(metric, result, terminating));
    }
  }
  const verdict = conclude(run, assessed, terminating);
  const hasChanged = verdict.phase !== (status.phase ?? '');
  return {
    ...status,
    startedAt: status.startedAt ?? now,
    ...(hasChanged && {
      phase: verdict.phase,
      message: verdict.message || undefined,
    }),
    ...(hasChanged &&
      isAnalysisCompleted(verdict.phase) && {
        completedAt: status.completedAt ?? now,
      }),
    metricResults: (status.metricResults ?? []).map(
      result => assessed.get(result.name)?.result ?? result,
    ),
    ...summarize(run, assessed),
  };
}

function assess(
  metric: AnalysisMetric,
  result: MetricResult,
  terminating: boolean,
): AssessedMetric {
  const phase = assessMetric(metric, result, terminating);
  const breach = isAnalysisCompleted(phase)
    ? findBreach(metric, result)
    : undefined;
  if (phase === result.phase) {
    return { result, breach };
  }
  const reason =
    result.dryRun && breach
      ? `Metric assessed ${phase} due to ${breach.reason}`
      : result.measurements?.at(-1)?.message;
  return {
    result: { ...result, phase, message: reason || undefined },
    breach,
  };
}

function conclude(
  { metrics, spec }: AssessedRun,
  assessed: ReadonlyMap<string, AssessedMetric>,
  terminating: boolean,
): { phase: AnalysisPhase; message: string } {
  let message = spec.terminate ? 'Run Terminated' : '';
  let worst: AnalysisPhase | undefined;
  let isOpen = false;
  for (const { name } of metrics) {
    const { result, breach } = assessed.get(name) ?? {};
    if (!result || !isAnalysisCompleted(result.phase)) {
      isOpen = true;
    } else if (result.dryRun) {
      worst ??= 'Successful';
    } else if (worst === undefined || isWorse(result.phase, worst)) {
      worst = result.phase;
      message = breach ? describe(result, breach) : message;
    }
  }
  if (terminating) {
    return { phase: worst ?? 'Successful', message };
  }
  return isOpen || worst === undefined
    ? { phase: 'Running', message: '' }
    : { phase: worst, message };
}

function isWorse(a: AnalysisPhase, b: AnalysisPhase): boolean {
  return SEVERITY.indexOf(a) > SEVERITY.indexOf(b);
}

function describe(
  { name, phase, message }: MetricResult,
  { reason }: Breach,
): string {
  const cause = message ? `: "Error Message: ${message}"` : '';
  return `Metric "${name}" assessed ${phase} due to ${reason}${cause}`;
}

const BUCKETS = {
  Failed: 'failed',
  Inconclusive: 'inconclusive',
  Error: 'error',
} as const;

/** Counts metrics. Upstream: what ends badly without a breach is booked as successful. */
function summarize(
  { metrics, spec }: AssessedRun,
  assessed: ReadonlyMap<string, AssessedMetric>,
): Pick<AnalysisRunStatus, 'runSummary' | 'dryRunSummary'> {
  const runSummary: RunSummary = {};
  const dryRunSummary: RunSummary = {};
  for (const { name } of metrics) {
    const { result, breach } = assessed.get(name) ?? {};
    const isDry = result ? result.dryRun === true : isDryRun(spec, name);
    const summary = isDry ? dryRunSummary : runSummary;
    summary.count = (summary.count ?? 0) + 1;
    if (result && isAnalysisCompleted(result.phase)) {
      const bucket = breach ? BUCKETS[breach.phase] : 'successful';
      summary[bucket] = (summary[bucket] ?? 0) + 1;
    }
  }
  return {
    runSummary,
    ...(dryRunSummary.count && { dryRunSummary }),
  };
}
