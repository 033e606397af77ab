import {
  AnalysisRunSpec,
  AnalysisRunStatus,
  maskMetrics,
  Measurement,
  ReadSecret,
  resolveMetric,
} from 'backstage-plugin-kargo-common';
import {
  isDryRun,
  AssessedRun,
  assessRun,
} from '../../logic/analysis/assessRun';
import {
  fitMeasurements,
  recordMeasurement,
  retentionOf,
  trimMeasurements,
} from '../../logic/analysis/measurements';
import {
  AnalysisTask,
  nextWake,
  planTasks,
} from '../../logic/analysis/planTasks';
import { findInvalid } from '../../logic/analysis/validateMetrics';
import { jsonBytes, MAX_RESOURCE_BYTES } from '../../logic/resourceSize';
import { toTimestamp } from '../../logic/timestamps';
import { isStoreUnavailable } from '../../ports/StoreUnavailableError';

/** Kept free for the metadata of the run. */
const RESERVED_BYTES = 128 * 1024;

/** What a task came to: a measurement, and what is known of the metric since its first one. */
export interface TaskResult {
  measurement: Measurement;
  metadata?: Record<string, string>;
}

/** The world of a pass. */
export interface PassOptions {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Fetches the Secrets that arguments refer to, also when nothing is to be measured.
   *
   * @throws Error that becomes the message of the run, StoreUnavailableError
   */
  readSecrets(): Promise<ReadSecret>;
  /** Carries out a task whose metric is resolved; failures are measurements, but of the store. */
  execute(task: AnalysisTask): Promise<TaskResult>;
  /** Removes what old measurements of a metric left outside. */
  collect(task: AnalysisTask, limit: number): Promise<void>;
}

/** What a pass came to. */
export interface PassResult {
  status: AnalysisRunStatus;
  /** Epoch milliseconds of the next look; absent: when something happens. */
  wakeAtMs?: number;
  /** Whether the run ended before it was assessed, so that what is in flight was left. */
  endedEarly?: boolean;
}

/**
 * One look at a run that has not ended: carries out what is due, all of it side by side,
 * and assesses.
 *
 * @remarks
 * A pass that changes the status is to be followed by another at once.
 *
 * @throws StoreUnavailableError when the store did not answer, of which nothing follows
 */
export async function runPass(
  spec: AnalysisRunSpec,
  status: AnalysisRunStatus,
  options: PassOptions,
): Promise<PassResult> {
  const prepared = prepare(spec);
  if ('problem' in prepared) {
    return endEarly(status, prepared.problem);
  }
  const run = prepared;
  const tasks = planTasks(run, status, options.now());
  let resolved: AnalysisTask[];
  try {
    resolved = await resolveTasks(spec, tasks, options);
  } catch (error) {
    if (isStoreUnavailable(error)) {
      throw error;
    }
    return endEarly(status, unresolved(error));
  }
  const results = await executeAll(resolved, options);
  const measured = results.reduce(
    (current, { task, measurement, metadata }) =>
      recordMeasurement(current, task.metric.name, measurement, {
        dryRun: isDryRun(spec, task.metric.name),
        metadata,
      }),
    status,
  );
  const nowMs = options.now();
  const assessed = assessRun(run, measured, toTimestamp(nowMs));
  const rules = spec.measurementRetention ?? [];
  await Promise.all(
    resolved.map(task =>
      options.collect(task, retentionOf(rules, task.metric.name)),
    ),
  );
  const trimmed = fitMeasurements(
    trimMeasurements(assessed, rules),
    MAX_RESOURCE_BYTES - RESERVED_BYTES - jsonBytes(spec),
  );
  const wakeAtMs = nextWake(run, trimmed, nowMs);
  return { status: trimmed, ...(wakeAtMs !== undefined && { wakeAtMs }) };
}

/**
 * What the tasks came to. One for which the store did not answer is left for the next pass:
 * what others have measured meanwhile is not measured again.
 */
async function executeAll(
  tasks: readonly AnalysisTask[],
  { execute }: Pick<PassOptions, 'execute'>,
): Promise<Array<TaskResult & { task: AnalysisTask }>> {
  const settled = await Promise.allSettled(
    tasks.map(async task => ({ task, ...(await execute(task)) })),
  );
  const results = settled.flatMap(each =>
    each.status === 'fulfilled' ? [each.value] : [],
  );
  const errors = settled.flatMap(each =>
    each.status === 'rejected' ? [each.reason] : [],
  );
  if (
    errors.length > 0 &&
    (results.length === 0 || !errors.every(isStoreUnavailable))
  ) {
    throw errors.find(error => !isStoreUnavailable(error)) ?? errors[0];
  }
  return results;
}

function prepare(spec: AnalysisRunSpec): AssessedRun | { problem: string } {
  const { metrics = [], args = [] } = spec;
  try {
    const masked = maskMetrics(metrics, args);
    const invalid = findInvalid(masked, spec);
    return invalid
      ? { problem: `Analysis spec invalid: ${invalid}` }
      : { metrics: masked, spec };
  } catch (error) {
    return { problem: unresolved(error) };
  }
}

function unresolved(error: unknown): string {
  return `Unable to resolve metric arguments: ${(error as Error).message}`;
}

/** Secrets are read also when nothing is due, so that one that is gone shows. */
async function resolveTasks(
  { metrics = [], args = [] }: AnalysisRunSpec,
  tasks: readonly AnalysisTask[],
  options: PassOptions,
): Promise<AnalysisTask[]> {
  const readSecret = await options.readSecrets();
  const masked = maskMetrics(metrics, args).map(metric => metric.name);
  return tasks.map(task => {
    const index = masked.indexOf(task.metric.name);
    const metric = resolveMetric(metrics[index], args, readSecret);
    // Whatever a secret did to the name: the status knows the metric by the masked one.
    return { ...task, metric: { ...metric, name: task.metric.name } };
  });
}

/** Upstream: such a run has no time of completion. */
function endEarly(status: AnalysisRunStatus, message: string): PassResult {
  return { status: { ...status, phase: 'Error', message }, endedEarly: true };
}
