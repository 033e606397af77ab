import { LoggerService } from '@backstage/backend-plugin-api';
import {
  AnalysisRun,
  isAnalysisCompleted,
  keyOf,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  HttpClient,
  isNotFoundError,
  MetricContext,
} from 'backstage-plugin-kargo-node';
import { expiryOf, AnalysisTask } from '../../../logic/analysis/planTasks';
import { providersOf } from '../../../logic/analysis/validateMetrics';
import { toTimestamp } from '../../../logic/timestamps';
import { Clock } from '../../../ports/Clock';
import { DelegatedAnalyses } from '../../../ports/DelegatedAnalyses';
import { ResourceStore } from '../../../ports/ResourceStore';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { executeTask } from '../../verification/executeTask';
import { RunSecrets } from '../../verification/RunSecrets';
import { runPass, TaskResult } from '../../verification/runPass';
import { writeRunStatus } from '../../verification/writeRunStatus';
import { DelegatedRuns, rolloutsClusterOf } from './DelegatedRuns';

/** What an AnalysisRun controller needs. */
export interface AnalysisRunControllerOptions {
  store: ResourceStore;
  clock: Clock;
  logger: LoggerService;
  metricProviders: ReadonlyMap<string, AnyMetricProvider>;
  http(signal: AbortSignal): HttpClient;
  /** Who runs AnalysisRuns that are not run here. */
  rollouts?: DelegatedAnalyses;
}

/** Passes in a row before others get their turn. */
const MAX_PASSES = 20;

/** Longest time of one look: what measures for longer is in flight, or hangs. */
const DEADLINE_MS = 15 * 60_000;

/**
 * Brings AnalysisRuns to their end: measures what is due, assesses, writes, and again
 * until nothing is due. Between two measurements nothing runs. Those that a cluster runs
 * are followed there.
 */
export class AnalysisRunController implements Controller {
  readonly kind = 'AnalysisRun';
  readonly deadlineMs = DEADLINE_MS;

  static create(options: AnalysisRunControllerOptions): AnalysisRunController {
    return new AnalysisRunController(options);
  }

  private readonly delegated: DelegatedRuns;

  private constructor(private readonly options: AnalysisRunControllerOptions) {
    this.delegated = DelegatedRuns.create(options);
  }

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const run = await this.options.store.find({ ...key, kind: 'AnalysisRun' });
    if (!run) {
      return requeue.never;
    }
    if (rolloutsClusterOf(run) !== undefined) {
      return this.delegated.reconcile(run, context);
    }
    if (run.metadata.deletionTimestamp) {
      return requeue.never;
    }
    return isAnalysisCompleted(run.status?.phase)
      ? this.expire(run)
      : this.advance(run, context.signal);
  }

  /** Why a run stops in the middle of measuring. */
  async stopReason(key: ResourceKey): Promise<string | undefined> {
    const run = await this.options.store.find({ ...key, kind: 'AnalysisRun' });
    return run ? undefined : 'The AnalysisRun has been deleted';
  }

  private async advance(
    run: AnalysisRun,
    signal: AbortSignal,
  ): Promise<Requeue> {
    const { store, clock } = this.options;
    let current = run;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      signal.throwIfAborted();
      const { status, wakeAtMs } = await this.pass(current, signal);
      const written = await writeRunStatus(store, current, status, {
        now: toTimestamp(clock.now()),
      });
      if (!written) {
        return requeue.now;
      }
      if (isAnalysisCompleted(written.status?.phase)) {
        return this.expire(written);
      }
      const isUnchanged =
        written.metadata.resourceVersion === current.metadata.resourceVersion;
      if (isUnchanged) {
        return wakeAtMs === undefined
          ? requeue.never
          : requeue.after(Math.max(wakeAtMs - clock.now(), 0));
      }
      current = written;
    }
    return requeue.now;
  }

  private async pass(run: AnalysisRun, signal: AbortSignal) {
    const { clock } = this.options;
    const secrets = RunSecrets.create(this.options.store, run);
    return runPass(run.spec, run.status ?? {}, {
      now: () => clock.now(),
      readSecrets: () => secrets.reader(),
      execute: task => this.execute(run, task, secrets, signal),
      collect: (task, limit) => this.collect(run, task, limit, signal),
    });
  }

  private execute(
    run: AnalysisRun,
    task: AnalysisTask,
    secrets: RunSecrets,
    signal: AbortSignal,
  ): Promise<TaskResult> {
    return executeTask(task, {
      providers: this.options.metricProviders,
      context: this.contextOf(run, task, secrets, signal),
      secrets: secrets.values,
    });
  }

  private async collect(
    run: AnalysisRun,
    task: AnalysisTask,
    limit: number,
    signal: AbortSignal,
  ): Promise<void> {
    const [id] = providersOf(task.metric.provider);
    const provider = this.options.metricProviders.get(id);
    if (!provider?.collect) {
      return;
    }
    const context = this.contextOf(
      run,
      task,
      RunSecrets.create(this.options.store, run),
      signal,
    );
    try {
      await provider.collect(context, limit);
    } catch (error) {
      signal.throwIfAborted();
      // What is left over is tried again with the next measurement.
      context.logger.warn('Failed to remove old measurements', {
        metric: task.metric.name,
        error: (error as Error).message,
      });
    }
  }

  private contextOf(
    run: AnalysisRun,
    { metric, number }: AnalysisTask,
    secrets: RunSecrets,
    signal: AbortSignal,
  ): MetricContext {
    const { clock, logger, http } = this.options;
    const { name, namespace = '', uid } = run.metadata;
    return {
      project: namespace,
      analysisRun: {
        name,
        uid,
        ...(run.status?.startedAt && { startedAt: run.status.startedAt }),
      },
      metric: {
        name: metric.name,
        ...(metric.interval && { interval: metric.interval }),
      },
      number,
      http: http(signal),
      secrets,
      signal,
      logger: logger.child({ analysisRun: name, project: namespace }),
      now: () => clock.now(),
    };
  }

  /** Deletes a run that asks for it, when its time has come. */
  private async expire(run: AnalysisRun): Promise<Requeue> {
    const expiry = expiryOf(run.spec, run.status ?? {});
    if (expiry === undefined) {
      return requeue.never;
    }
    const leftMs = expiry - this.options.clock.now();
    if (leftMs > 0) {
      return requeue.after(leftMs);
    }
    try {
      await this.options.store.delete(keyOf(run));
    } catch (error) {
      if (!isNotFoundError(error)) {
        throw error;
      }
    }
    return requeue.never;
  }
}
