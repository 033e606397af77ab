import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  AnalysisRun,
  AnalysisRunStatus,
  ANNOTATIONS,
  isAnalysisCompleted,
  secretRefs,
} from 'backstage-plugin-kargo-common';
import {
  isCreationGivenUp,
  isPassing,
  untilNoneComesLate,
} from '../../../logic/analysis/creation';
import { pauseAfter } from '../../../logic/analysis/pauseAfter';
import { toTimestamp } from '../../../logic/timestamps';
import { Clock } from '../../../ports/Clock';
import { DelegatedAnalyses, RunSecret } from '../../../ports/DelegatedAnalyses';
import { ResourceStore } from '../../../ports/ResourceStore';
import { isStoreUnavailable } from '../../../ports/StoreUnavailableError';
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

/** The cluster whose Argo Rollouts runs a run; `undefined` for one that the engine runs. */
export function rolloutsClusterOf({
  metadata,
}: AnalysisRun): string | undefined {
  return metadata.annotations?.[ANNOTATIONS.rolloutsCluster];
}

/**
 * Follows AnalysisRuns that the Argo Rollouts of a cluster runs, and takes over what they
 * come to. A run stays with whom it was begun by, whatever is configured meanwhile. What is
 * given up here does not go on there: it is removed once the cluster lets it be.
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
    if (run.status?.cleanupPending) {
      return this.#cleanUp(run, signal);
    }
    if (isAnalysisCompleted(run.status?.phase)) {
      return requeue.never;
    }
    const begun = await this.#begin(run);
    if (!begun) {
      return requeue.now;
    }
    const status = await this.#look(begun, signal);
    const nowMs = clock.now();
    const goesOn = !isAnalysisCompleted(status.phase);
    const written = await writeRunStatus(store, begun, status, {
      now: toTimestamp(nowMs),
      ...(goesOn && { ifTooLarge: { cleanupPending: true } }),
    });
    if (!written || written.status?.cleanupPending) {
      return requeue.now;
    }
    return isAnalysisCompleted(written.status?.phase)
      ? requeue.never
      : requeue.after(pauseAfter(nowMs - createdAt(run)));
  }

  /**
   * Notes that the cluster is about to be asked for a run, before it is: whoever removes it
   * has to know that it may be there.
   */
  async #begin(run: AnalysisRun): Promise<AnalysisRun | undefined> {
    const { store, clock } = this.options;
    return run.status?.phase
      ? run
      : writeRunStatus(
          store,
          run,
          { ...run.status, phase: 'Pending' },
          { now: toTimestamp(clock.now()) },
        );
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
        ...maskRunStatus(status, text => secrets.masked(text)),
        phase: status.phase || 'Pending',
      };
    } catch (error) {
      signal.throwIfAborted();
      if (isStoreUnavailable(error)) {
        throw error;
      }
      const { message } = toError(error);
      return isPassing(toError(error))
        ? unavailable(run, message, clock.now())
        : failed(run, message, clock.now());
    }
  }

  /** Ends in its cluster what was given up here. */
  async #cleanUp(run: AnalysisRun, signal: AbortSignal): Promise<Requeue> {
    if (!this.#rolloutsOf(run)) {
      // Until its cluster is configured again: sweeps look for that.
      return requeue.never;
    }
    const unfinished = await this.#remove(run, signal);
    if (unfinished) {
      return unfinished;
    }
    const { store, clock } = this.options;
    const { cleanupPending: _, ...status } = run.status ?? {};
    const now = toTimestamp(clock.now());
    const written = await writeRunStatus(store, run, status, { now });
    return written ? requeue.never : requeue.now;
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

  /** @returns when to do so again, because it may come to be in the cluster only now */
  async #remove(
    run: AnalysisRun,
    signal: AbortSignal,
  ): Promise<Requeue | undefined> {
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
    const leftMs = rollouts ? mayComeLateFor(run, this.options.clock.now()) : 0;
    return leftMs > 0 ? requeue.after(leftMs) : undefined;
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

/** One that was made is waited for; one that cannot be made, for a while. */
function unavailable(
  run: AnalysisRun,
  message: string,
  nowMs: number,
): AnalysisRunStatus {
  const { status = {} } = run;
  const waiting = { ...status, phase: status.phase || 'Pending', message };
  if (status.startedAt) {
    return waiting;
  }
  const { unavailableSince = toTimestamp(nowMs) } = status;
  return isCreationGivenUp(Date.parse(unavailableSince), nowMs)
    ? failed(run, message, nowMs)
    : { ...waiting, unavailableSince };
}

/** Milliseconds for which a run of whose making nothing is known may still come to be in its cluster. */
function mayComeLateFor(
  { metadata, status = {} }: AnalysisRun,
  nowMs: number,
): number {
  const { phase, startedAt, completedAt } = status;
  const wasTried = phase !== undefined;
  const endedAt = completedAt ?? metadata.deletionTimestamp ?? '';
  return wasTried && !startedAt
    ? untilNoneComesLate(Date.parse(endedAt), nowMs)
    : 0;
}

/** It may go on in its cluster all the same. */
function failed(
  { status = {} }: AnalysisRun,
  message: string,
  nowMs: number,
): AnalysisRunStatus {
  const { unavailableSince: _, ...known } = status;
  return {
    ...known,
    phase: 'Error',
    message,
    completedAt: toTimestamp(nowMs),
    cleanupPending: true,
  };
}

function createdAt({ metadata }: AnalysisRun): number {
  return Date.parse(metadata.creationTimestamp);
}
