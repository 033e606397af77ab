import { AnalysisRun, AnalysisRunStatus } from 'backstage-plugin-kargo-common';

/** A Secret that goes with a run; values are decoded. */
export interface RunSecret {
  name: string;
  data: Record<string, string>;
}

/** An Argo Rollouts, which runs AnalysisRuns in its cluster. */
export interface DelegatedAnalyses {
  /** Of the cluster: a run remembers by it who runs it. */
  readonly cluster: string;
  /**
   * Makes a run in the cluster unless it is there, asks it to end when that is asked of it
   * here, and answers what it has come to. The answer has a `startedAt` from the moment in
   * which the run is there.
   *
   * @param options.secret - what arguments of the run refer to and nobody else makes
   * @throws UpstreamUnavailableError, CredentialsRejectedError when the cluster cannot be
   * asked; NotFoundError when the run was there and is not any more; Error when the cluster
   * refuses it
   */
  follow(
    run: AnalysisRun,
    options: { secret?: RunSecret; signal: AbortSignal },
  ): Promise<AnalysisRunStatus>;
  /**
   * Removes a run from the cluster, and then its Secret; nothing of what is not there, and
   * no run of another verification.
   *
   * @param options.secretName - of the Secret that goes with it, which no other verification
   * has: it may be there without the run, and the run may be there without owning it, when
   * the run was not made to the end
   */
  remove(
    run: AnalysisRun,
    options: { secretName?: string; signal: AbortSignal },
  ): Promise<void>;
}
