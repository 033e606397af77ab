import {
  AnalysisMetric,
  AnalysisRunSpec,
  AnalysisRunStatus,
  isAnalysisCompleted,
  Measurement,
  MetricResult,
} from 'backstage-plugin-kargo-common';
import { AssessedRun, isTerminating } from './assessRun';
import { isInFlight } from './measurements';
import { effectiveCount, findDuration } from './scalars';

/** Whatever the interval, a measurement that could not be made is repeated after this. */
const ERROR_INTERVAL_MS = 10_000;

/** What to do about one metric now. */
export type AnalysisTask =
  | {
      kind: 'measure';
      metric: AnalysisMetric;
      /** Counted from 1, errors included. */
      number: number;
    }
  | {
      kind: 'resume' | 'terminate';
      metric: AnalysisMetric;
      number: number;
      measurement: Measurement;
    };

/** The tasks that are due, at most one for each metric, in the order of the spec. */
export function planTasks(
  run: AssessedRun,
  status: AnalysisRunStatus,
  nowMs: number,
): AnalysisTask[] {
  const terminating = isTerminating(run, status);
  return run.metrics.flatMap(metric => {
    const result = findResult(status, metric);
    const task = planTask(metric, result, {
      terminating,
      startedAt: status.startedAt,
      nowMs,
    });
    return task ? [task] : [];
  });
}

function planTask(
  metric: AnalysisMetric,
  result: MetricResult | undefined,
  {
    terminating,
    startedAt,
    nowMs,
  }: { terminating: boolean; startedAt: string | undefined; nowMs: number },
): AnalysisTask | undefined {
  if (isAnalysisCompleted(result?.phase)) {
    return undefined;
  }
  const newest = result?.measurements?.at(-1);
  const number = (result?.count ?? 0) + (result?.error ?? 0) + 1;
  if (newest && isInFlight(newest)) {
    if (terminating) {
      return { kind: 'terminate', metric, number, measurement: newest };
    }
    const isEarly =
      newest.resumeAt !== undefined && Date.parse(newest.resumeAt) > nowMs;
    return isEarly
      ? undefined
      : { kind: 'resume', metric, number, measurement: newest };
  }
  if (terminating) {
    return undefined;
  }
  const dueAt = newest
    ? nextMeasurement(metric, result, newest)
    : firstMeasurement(metric, startedAt, nowMs);
  return dueAt !== undefined && dueAt <= nowMs
    ? { kind: 'measure', metric, number }
    : undefined;
}

/**
 * Epoch milliseconds of a metric's first measurement. One with a delay waits for a pass
 * that has written when the run began.
 */
function firstMeasurement(
  { initialDelay }: AnalysisMetric,
  startedAt: string | undefined,
  nowMs: number,
): number | undefined {
  if (!initialDelay) {
    return nowMs;
  }
  return startedAt === undefined
    ? undefined
    : Date.parse(startedAt) + (findDuration(initialDelay) ?? 0);
}

/** Epoch milliseconds of a metric's next measurement; `undefined` when it has enough. */
function nextMeasurement(
  metric: AnalysisMetric,
  result: MetricResult | undefined,
  newest: Measurement,
): number | undefined {
  const wanted = effectiveCount(metric);
  if (wanted !== undefined && (result?.count ?? 0) >= wanted) {
    return undefined;
  }
  const pause =
    newest.phase === 'Error' || !metric.interval
      ? ERROR_INTERVAL_MS
      : findDuration(metric.interval) ?? ERROR_INTERVAL_MS;
  return Date.parse(newest.finishedAt ?? '') + pause;
}

/** Epoch milliseconds at which a task becomes due; `undefined` when only an event can bring one. */
export function nextWake(
  run: AssessedRun,
  status: AnalysisRunStatus,
  nowMs: number,
): number | undefined {
  if (isAnalysisCompleted(status.phase)) {
    return undefined;
  }
  const times = run.metrics.flatMap(metric => {
    const result = findResult(status, metric);
    if (isAnalysisCompleted(result?.phase)) {
      return [];
    }
    const newest = result?.measurements?.at(-1);
    if (newest && isInFlight(newest)) {
      return newest.resumeAt ? [Date.parse(newest.resumeAt)] : [];
    }
    return newest
      ? nextMeasurement(metric, result, newest) ?? []
      : firstMeasurement(metric, status.startedAt, nowMs) ?? [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}

function findResult(
  status: AnalysisRunStatus,
  { name }: AnalysisMetric,
): MetricResult | undefined {
  return status.metricResults?.find(result => result.name === name);
}

/**
 * Epoch milliseconds after which a run that has ended may be deleted by its own wish;
 * `undefined` when it stays.
 */
export function expiryOf(
  { ttlStrategy }: Pick<AnalysisRunSpec, 'ttlStrategy'>,
  { phase, completedAt }: AnalysisRunStatus,
): number | undefined {
  if (!ttlStrategy || !completedAt || !isAnalysisCompleted(phase)) {
    return undefined;
  }
  const { secondsAfterCompletion, secondsAfterFailure, secondsAfterSuccess } =
    ttlStrategy;
  const seconds =
    (phase === 'Successful' ? secondsAfterSuccess : undefined) ??
    (phase === 'Failed' ? secondsAfterFailure : undefined) ??
    secondsAfterCompletion;
  // Upstream: a run is gone when it is older by whole seconds, so one second later.
  return seconds === undefined
    ? undefined
    : Date.parse(completedAt) + (seconds + 1) * 1_000;
}
