import { JsonObject } from 'backstage-plugin-kargo-common';

/** A job that is to run. */
export interface JobRequest {
  project: string;
  /** Of the AnalysisJob. */
  name: string;
  uid: string;
  analysisRun: { name: string; uid: string };
  metric: string;
  /** Labels and annotations that the metric asks for. */
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** The `batch/v1` JobSpec, with placeholders replaced. */
  spec: JsonObject;
  /** How often its containers were started before. */
  attempts: number;
  /** Epoch milliseconds of the first start. */
  startedAtMs: number;
  /** Epoch milliseconds of the first look in a row in which who runs it could not be asked. */
  unavailableSinceMs?: number;
}

/** What is known of a job that is not to run any more. */
export type JobLeftover = Pick<
  JobRequest,
  'project' | 'name' | 'uid' | 'analysisRun'
>;

/** What a job runs with. */
export interface JobContext {
  /** Fires when the job shall end, and on shutdown and lost lease. */
  signal: AbortSignal;
  /** Epoch milliseconds on the engine's clock. */
  now(): number;
  /** Takes what a container prints. */
  log(container: string, text: string): void;
  /**
   * Takes everything that a container has printed so far, from who can be asked for it again.
   *
   * @param log.text - what is known of it stays when absent
   * @param log.message - why it is not all of it
   */
  replaceLog(container: string, log: { text?: string; message?: string }): void;
  /** Remembers that containers are about to be started once more. */
  countAttempt(): Promise<void>;
  /** The decoded data of a Secret or a ConfigMap of the project; `undefined` when there is none. */
  findData(
    kind: 'Secret' | 'ConfigMap',
    name: string,
  ): Promise<Record<string, string> | undefined>;
}

/** What became of a job so far. */
export type JobProgress =
  | {
      kind: 'running';
      lookAgainInMs: number;
      message?: string;
      /** Who runs it could not be asked. */
      isUnavailable?: boolean;
    }
  | {
      kind: 'ended';
      phase: 'Complete' | 'Failed' | 'Stuck';
      message?: string;
    };

/** Runs the jobs of metrics. */
export interface JobRunner {
  /**
   * Why it runs no such job, in one sentence for the author of the template.
   *
   * @param options.isTemplate - placeholders are not replaced yet; nothing is said of what has some
   */
  refusal(
    spec: JsonObject,
    options?: { isTemplate: boolean },
  ): string | undefined;
  /**
   * Brings a job forward, to its end if that does not need somebody else: called again
   * after a while, after a crash also for what another replica had begun.
   *
   * @throws the signal's reason when cancelled; what was started has ended then, too
   */
  advance(request: JobRequest, context: JobContext): Promise<JobProgress>;
  /**
   * Removes what a job left outside, and ends it there; nothing when there is nothing, and
   * nothing of another run.
   */
  remove(request: JobLeftover): Promise<void>;
}
