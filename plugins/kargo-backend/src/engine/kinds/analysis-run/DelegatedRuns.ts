import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  AnalysisRun,
  AnalysisRunStatus,
  ANNOTATIONS,
  isAnalysisCompleted,
} from 'backstage-plugin-kargo-common';
import { secretRefs } from '../../../logic/analysis/placeholders';
import { pauseAfter } from '../../../logic/analysis/pauseAfter';
import { toTimestamp } from '../../../logic/timestamps';
import { Clock } from '../../../ports/Clock';
import { DelegatedAnalyses, RunSecret } from '../../../ports/DelegatedAnalyses';
import { ResourceStore } from '../../../ports/ResourceStore';
import { ReconcileContext, Requeue, requeue } from '../../runtime/Controller';
import { maskRunStatus } from '../../verification/maskRunStatus';
import { RunSecrets } from '../../verification/RunSecrets';
import { argsSecretName } from '../../verification/VerificationArgs';
import { writeRunStatus } from '../../verification/writeRunStatus';
import { finalize } from '../finalize';

/** What following runs in a cluster needs. */
export interface DelegatedRunsOptions {
  store: ResourceStore;
  clock: Clock;
  logger: LoggerService;
  rollouts?: DelegatedAnalyses;
}

/** For so long a run is tried to be made in a cluster that does not answer. */
const CREATION_MS = 5 * 60_000;

/** Errors that say nothing about the run, and may be over the next time. */
const PASSING = new Set([
  'UpstreamUnavailableError',
  'CredentialsRejectedError',
]);

/** The cluster whose Argo Rollouts runs a run; `undefined` for one that the engine runs. */
export function rolloutsClusterOf({
  metadata,
}: AnalysisRun): string | undefined {
  return metadata.annotations?.[ANNOTATIONS.rolloutsCluster];
}

/**
 * Follows AnalysisRuns that the Argo Rollouts of a cluster runs, and takes over what they
 * come to. A run stays with whom it was begun by, whatever is configured meanwhile.
 */
export class DelegatedRuns {
  static create(options: DelegatedRunsOptions): DelegatedRuns {
    return new DelegatedRuns(options);
  }

  private constructor(private readonly options: DelegatedRunsOptions) {}

  async reconcile(
    run: AnalysisRun,
    { signal }: Pick<ReconcileContext, 'signal'>,
  ): Promise<Requeue> {
    const { store, clock } = this.options;
    const ending = await finalize(store, run, () => this.#remove(run, signal));
    if (ending) {
      return ending;
    }
    if (isAnalysisCompleted(run.status?.phase)) {
      return requeue.never;
    }
    const status = await this.#look(run, signal);
    const nowMs = clock.now();
    const written = await writeRunStatus(store, run, status, {
      now: toTimestamp(nowMs),
    });
    if (!written) {
      return requeue.now;
    }
    return isAnalysisCompleted(written.status?.phase)
      ? requeue.never
      : requeue.after(pauseAfter(nowMs - createdAt(run)));
  }

  /** What a run has come to, or what keeps that from being known. */
  async #look(
    run: AnalysisRun,
    signal: AbortSignal,
  ): Promise<AnalysisRunStatus> {
    const { clock } = this.options;
    const cluster = rolloutsClusterOf(run);
    const rollouts = this.#rolloutsOf(run);
    if (!rollouts) {
      return failed(
        run,
        `it runs in cluster "${cluster}", which kargo.verification.rollouts does not name any more; verify the Stage again`,
        clock.now(),
      );
    }
    try {
      const secrets = RunSecrets.create(this.options.store, run);
      const secret = await this.#readSecret(run, secrets);
      const status = await rollouts.follow(run, { secret, signal });
      return {
        ...maskRunStatus(status, text => secrets.mask(text)),
        phase: status.phase || 'Pending',
      };
    } catch (error) {
      signal.throwIfAborted();
      const { name, message } = toError(error);
      const isMade = run.status?.startedAt !== undefined;
      const isInTime = isMade || clock.now() - createdAt(run) <= CREATION_MS;
      return PASSING.has(name) && isInTime
        ? { ...run.status, phase: run.status?.phase || 'Pending', message }
        : failed(run, message, clock.now());
    }
  }

  /** What the Stage's own arguments hold of Secrets; others are the cluster's. */
  async #readSecret(
    run: AnalysisRun,
    secrets: RunSecrets,
  ): Promise<RunSecret | undefined> {
    const name = secretNameOf(run);
    const data = name && (await secrets.find(name, 'project'));
    return data ? { name, data } : undefined;
  }

  async #remove(run: AnalysisRun, signal: AbortSignal): Promise<undefined> {
    const rollouts = this.#rolloutsOf(run);
    if (rollouts) {
      const secretName = secretNameOf(run);
      await rollouts.remove(run, { ...(secretName && { secretName }), signal });
    } else {
      this.options.logger.warn(
        'An AnalysisRun stays in a cluster that is not configured any more',
        { analysisRun: run.metadata.name, cluster: rolloutsClusterOf(run) },
      );
    }
    return undefined;
  }

  #rolloutsOf(run: AnalysisRun): DelegatedAnalyses | undefined {
    const { rollouts } = this.options;
    return rollouts?.cluster === rolloutsClusterOf(run) ? rollouts : undefined;
  }
}

/** The Secret that is made for the run, where its arguments refer to one. */
function secretNameOf({ metadata, spec }: AnalysisRun): string | undefined {
  const name = argsSecretName(
    metadata.annotations?.[ANNOTATIONS.verification] ?? '',
  );
  return secretRefs(spec.args ?? []).some(ref => ref.name === name)
    ? name
    : undefined;
}

function failed(
  { status }: AnalysisRun,
  message: string,
  nowMs: number,
): AnalysisRunStatus {
  return {
    ...status,
    phase: 'Error',
    message,
    completedAt: toTimestamp(nowMs),
  };
}

function createdAt({ metadata }: AnalysisRun): number {
  return Date.parse(metadata.creationTimestamp);
}
