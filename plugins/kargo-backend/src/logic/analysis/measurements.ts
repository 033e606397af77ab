import {
  AnalysisRunStatus,
  isAnalysisCompleted,
  Measurement,
  MeasurementRetentionRule,
  MetricResult,
} from 'backstage-plugin-kargo-common';
import { jsonBytes } from '../resourceSize';
import { matchesRule } from './validateMetrics';

const DEFAULT_RETENTION = 10;

/** What a metric came to before it is in the status. */
export interface NewMetric {
  dryRun: boolean;
  metadata?: Record<string, string>;
}

/**
 * The status with a measurement of a metric: one more, or the newest one if that was in
 * flight. What has ended is counted.
 *
 * @param first - what the result begins with when it is the metric's first measurement
 */
export function recordMeasurement(
  status: AnalysisRunStatus,
  name: string,
  measurement: Measurement,
  first: NewMetric,
): AnalysisRunStatus {
  const results = status.metricResults ?? [];
  const known = results.find(result => result.name === name);
  const result: MetricResult = known ?? {
    name,
    phase: 'Running',
    ...(first.dryRun && { dryRun: true }),
    ...(first.metadata &&
      Object.keys(first.metadata).length > 0 && { metadata: first.metadata }),
  };
  const measurements = result.measurements ?? [];
  const kept = isInFlight(measurements.at(-1))
    ? measurements.slice(0, -1)
    : measurements;
  const next: MetricResult = {
    ...result,
    ...(isAnalysisCompleted(measurement.phase) && count(result, measurement)),
    measurements: [...kept, measurement],
  };
  return {
    ...status,
    metricResults: known
      ? results.map(other => (other === known ? next : other))
      : [...results, next],
  };
}

/** Whether a measurement has begun and not ended. */
export function isInFlight(measurement: Measurement | undefined): boolean {
  return measurement !== undefined && measurement.finishedAt === undefined;
}

/** Errors live outside of the count; anything else ends a row of errors. */
function count(
  result: MetricResult,
  { phase }: Measurement,
): Partial<MetricResult> {
  const plus = (key: 'successful' | 'failed' | 'inconclusive' | 'error') => ({
    [key]: (result[key] ?? 0) + 1,
  });
  if (phase === 'Error') {
    return {
      ...plus('error'),
      consecutiveError: (result.consecutiveError ?? 0) + 1,
      consecutiveSuccess: 0,
    };
  }
  const counted = { count: (result.count ?? 0) + 1, consecutiveError: 0 };
  if (phase === 'Successful') {
    return {
      ...counted,
      ...plus('successful'),
      consecutiveSuccess: (result.consecutiveSuccess ?? 0) + 1,
    };
  }
  return {
    ...counted,
    ...plus(phase === 'Failed' ? 'failed' : 'inconclusive'),
    consecutiveSuccess: 0,
  };
}

/** How many measurements of a metric are kept. */
export function retentionOf(
  rules: readonly MeasurementRetentionRule[],
  name: string,
): number {
  const limit = rules.findLast(rule => matchesRule(rule, name))?.limit ?? 0;
  return limit > 0 ? limit : DEFAULT_RETENTION;
}

/**
 * The status without the oldest measurements that there is no room for; the newest one of
 * each metric stays. Whatever is retained by its number, a resource has a size. Pure.
 *
 * @param room - bytes of JSON that the status can take
 */
export function fitMeasurements(
  status: AnalysisRunStatus,
  room: number,
): AnalysisRunStatus {
  let excess = jsonBytes(status) - room;
  if (excess <= 0) {
    return status;
  }
  const results = status.metricResults ?? [];
  const oldestFirst = results
    .flatMap(({ measurements = [] }) => measurements.slice(0, -1))
    .sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  const dropped = new Set<Measurement>();
  for (const measurement of oldestFirst) {
    if (excess <= 0) {
      break;
    }
    dropped.add(measurement);
    excess -= jsonBytes(measurement);
  }
  return {
    ...status,
    metricResults: results.map(result => ({
      ...result,
      measurements: result.measurements?.filter(one => !dropped.has(one)),
    })),
  };
}

/** RFC 3339 in UTC, so it sorts as text. */
function startOf({ startedAt = '' }: Measurement): string {
  return startedAt;
}

/** The status with only the newest measurements of each metric. */
export function trimMeasurements(
  status: AnalysisRunStatus,
  rules: readonly MeasurementRetentionRule[],
): AnalysisRunStatus {
  return {
    ...status,
    metricResults: (status.metricResults ?? []).map(result => ({
      ...result,
      measurements: result.measurements?.slice(
        -retentionOf(rules, result.name),
      ),
    })),
  };
}
