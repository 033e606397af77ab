import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  AnalysisJob,
  AnalysisJobStatus,
  AnalysisMetric,
  AnalysisRun,
  isAnalysisCompleted,
  isJobEnded,
  jobContainers,
  JsonObject,
  keyOf,
  namedMetrics,
  resolveMetric,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { untilNoneComesLate } from '../../../logic/analysis/creation';
import { toTimestamp } from '../../../logic/timestamps';
import { Clock } from '../../../ports/Clock';
import { JobProgress, JobRunner } from '../../../ports/JobRunner';
import { ResourceStore } from '../../../ports/ResourceStore';
import { isStoreUnavailable } from '../../../ports/StoreUnavailableError';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { stopScopeOf } from '../../runtime/stopping';
import { untilAnswered } from '../../runtime/untilAnswered';
import { RunSecrets } from '../../verification/RunSecrets';
import { finalize } from '../finalize';
import { JobRecord, writeJobStatus } from './JobRecord';

/** What a controller of jobs needs. */
export interface AnalysisJobControllerOptions {
  store: ResourceStore;
  clock: Clock;
  logger: LoggerService;
  jobRunner: JobRunner;
}

/**
 * Runs the jobs of metrics, and keeps what they print.
 *
 * @remarks
 * What a job runs is in the metric of its run and is resolved here, so that no secret is
 * stored. A job ends when its run has ended, whatever it is doing; one that was stopped or
 * is stuck is removed from where it ran, however long that takes.
 */
export class AnalysisJobController implements Controller {
  readonly kind = 'AnalysisJob';

  static create(options: AnalysisJobControllerOptions): AnalysisJobController {
    return new AnalysisJobController(options);
  }

  private constructor(private readonly options: AnalysisJobControllerOptions) {}

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { store } = this.options;
    const job = await store.find({ ...key, kind: 'AnalysisJob' });
    if (!job) {
      return requeue.never;
    }
    const ending = await finalize(store, job, () => this.remove(job, context));
    if (ending) {
      return ending;
    }
    if (job.status?.cleanupPending) {
      return this.cleanUp(job, context);
    }
    if (isJobEnded(job.status?.phase)) {
      return requeue.never;
    }
    const run = await this.findRun(job);
    if (!run || isAnalysisCompleted(run.status?.phase)) {
      await this.write(job, {
        ...job.status,
        phase: 'Stopped',
        message: 'Its AnalysisRun has ended',
        finishedAt: context.now,
        cleanupPending: true,
      });
      return requeue.now;
    }
    return this.advance(job, run, context);
  }

  /** Why a job that runs shall stop now. */
  async stopReason(key: ResourceKey): Promise<string | undefined> {
    const job = await this.options.store.find({ ...key, kind: 'AnalysisJob' });
    if (!job || job.metadata.deletionTimestamp) {
      return 'The job has been deleted';
    }
    const run = await this.findRun(job);
    return !run || isAnalysisCompleted(run.status?.phase)
      ? 'The AnalysisRun has ended'
      : undefined;
  }

  private findRun(job: AnalysisJob): Promise<AnalysisRun | undefined> {
    return this.options.store.find({
      ...keyOf(job),
      kind: 'AnalysisRun',
      name: job.spec.analysisRun,
    });
  }

  private async advance(
    job: AnalysisJob,
    run: AnalysisRun,
    { now, signal }: ReconcileContext,
  ): Promise<Requeue> {
    const { store } = this.options;
    const begun = await this.write(job, {
      ...job.status,
      phase: 'Running',
      startedAt: job.status?.startedAt ?? now,
    });
    const secrets = RunSecrets.create(store, run);
    const record = JobRecord.create(begun, {
      ...this.options,
      signal,
      secrets: secrets.values,
    });
    const flushing = record.flushRegularly();
    let progress: JobProgress;
    try {
      progress = await this.run(record, run, secrets, signal);
    } catch (error) {
      await flushing.stop();
      if (stopScopeOf(signal) === 'aborted') {
        // What was printed is worth keeping; what is gone cannot be written.
        await record.write({}, { isEnded: true }).catch(() => undefined);
        return requeue.now;
      }
      signal.throwIfAborted();
      if (isStoreUnavailable(error)) {
        // It says nothing of the job, which is gone on with as after a crash.
        throw error;
      }
      progress = {
        kind: 'ended',
        phase: 'Stuck',
        message: toError(error).message,
      };
    }
    await flushing.stop();
    return this.keep(record, progress, secrets);
  }

  /** Writes how far a job has come. */
  private async keep(
    record: JobRecord,
    progress: JobProgress,
    secrets: RunSecrets,
  ): Promise<Requeue> {
    const message = progress.message && secrets.masked(progress.message);
    const timestamp = toTimestamp(this.options.clock.now());
    if (progress.kind === 'running') {
      const { unavailableSince = timestamp } = record.job.status ?? {};
      await record.write({
        message,
        unavailableSince: progress.isUnavailable ? unavailableSince : undefined,
      });
      return requeue.after(progress.lookAgainInMs);
    }
    const { phase } = progress;
    const cleanupPending = phase === 'Stuck' ? true : undefined;
    await record.write(
      {
        phase,
        message,
        finishedAt: timestamp,
        unavailableSince: undefined,
        cleanupPending,
      },
      { isEnded: true },
    );
    return cleanupPending ? requeue.now : requeue.never;
  }

  private async run(
    record: JobRecord,
    run: AnalysisRun,
    secrets: RunSecrets,
    signal: AbortSignal,
  ): Promise<JobProgress> {
    const { clock, jobRunner } = this.options;
    const { metadata, spec, status = {} } = record.job;
    const { shownNames, ...told } = await readJob(run, spec.metric, secrets);
    const shown = (container: string) => shownNames.get(container) ?? container;
    return jobRunner.advance(
      {
        project: metadata.namespace ?? '',
        name: metadata.name,
        uid: metadata.uid,
        analysisRun: { name: run.metadata.name, uid: run.metadata.uid },
        metric: spec.metric,
        ...told,
        attempts: status.attempts ?? 0,
        startedAtMs: Date.parse(status.startedAt ?? ''),
        ...(status.unavailableSince && {
          unavailableSinceMs: Date.parse(status.unavailableSince),
        }),
      },
      {
        signal,
        now: () => clock.now(),
        log: (container, text) => record.log.add(shown(container), text),
        replaceLog: (container, read) =>
          record.log.replace(shown(container), read),
        countAttempt: () =>
          record.write({ attempts: (record.job.status?.attempts ?? 0) + 1 }),
        findData: (kind, name) =>
          untilAnswered(() => secrets.findData(kind, name), { clock, signal }),
      },
    );
  }

  private write(
    job: AnalysisJob,
    status: AnalysisJobStatus,
  ): Promise<AnalysisJob> {
    return writeJobStatus(this.options.store, job, status);
  }

  /** Ends where it ran what goes on although it has ended here. */
  private async cleanUp(
    job: AnalysisJob,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const unfinished = await this.remove(job, context);
    if (unfinished) {
      return unfinished;
    }
    const { cleanupPending: _, ...status } = job.status ?? {};
    await this.write(job, status);
    return requeue.never;
  }

  /** @returns when to do so again, because it may come to be where it runs only now */
  private async remove(
    job: AnalysisJob,
    { nowMs }: ReconcileContext,
  ): Promise<Requeue | undefined> {
    const { metadata, spec } = job;
    const { name, namespace = '', uid, ownerReferences = [] } = metadata;
    const owner = ownerReferences.find(({ kind }) => kind === 'AnalysisRun');
    await this.options.jobRunner.remove({
      project: namespace,
      name,
      uid,
      analysisRun: { name: spec.analysisRun, uid: owner?.uid ?? '' },
    });
    const leftMs = mayComeLateFor(job, nowMs);
    return leftMs > 0 ? requeue.after(leftMs) : undefined;
  }
}

/** Milliseconds for which a job of whose making nothing is known may still come to be where it runs. */
function mayComeLateFor(
  { metadata, status = {} }: AnalysisJob,
  nowMs: number,
): number {
  const { attempts, startedAt, finishedAt } = status;
  // Written before whoever runs it is asked for it.
  const wasTried = startedAt !== undefined;
  const endedAt = finishedAt ?? metadata.deletionTimestamp ?? '';
  return wasTried && !attempts
    ? untilNoneComesLate(Date.parse(endedAt), nowMs)
    : 0;
}

/** What the metric of a run says about its job, with placeholders replaced. */
async function readJob(
  { spec }: AnalysisRun,
  name: string,
  secrets: RunSecrets,
): Promise<{
  labels: Record<string, string>;
  annotations: Record<string, string>;
  spec: JsonObject;
  /** Names under which the logs of containers are kept, by those that they have: a Secret may give one. */
  shownNames: ReadonlyMap<string, string>;
}> {
  const { metrics = [], args = [] } = spec;
  const masked = namedMetrics(spec);
  const index = masked.findIndex(metric => metric.name === name);
  const metric =
    index >= 0
      ? resolveMetric(metrics[index], args, await secrets.reader())
      : undefined;
  const job = metric?.provider.job as
    | {
        metadata?: {
          labels?: Record<string, string>;
          annotations?: Record<string, string>;
        } | null;
        spec?: JsonObject;
      }
    | undefined;
  if (!metric || !job?.spec) {
    throw new Error(`the AnalysisRun has no job in a metric '${name}'`);
  }
  const [shownNames, names] = [masked[index], metric].map(containerNames);
  return {
    labels: job.metadata?.labels ?? {},
    annotations: job.metadata?.annotations ?? {},
    spec: job.spec,
    shownNames: new Map(names.map((each, i) => [each, shownNames[i]])),
  };
}

function containerNames(metric: AnalysisMetric): string[] {
  const { initial, main } = jobContainers(metric);
  return [...initial, ...main];
}
