import { AnalysisJobStatus } from 'backstage-plugin-kargo-common';

/** Which measurement a job makes. */
export interface AnalysisJobRequest {
  project: string;
  analysisRun: { name: string; uid: string };
  metric: string;
  number: number;
}

/** Jobs of metrics, for the provider that measures by them. */
export interface AnalysisJobs {
  /** Makes the job, or finds that it was made. @returns its name */
  ensure(request: AnalysisJobRequest): Promise<string>;
  /** @returns `undefined` when there is no such job */
  find(project: string, name: string): Promise<AnalysisJobStatus | undefined>;
  /** Removes the oldest jobs of a metric, so that so many are left. */
  trim(
    request: Omit<AnalysisJobRequest, 'number'>,
    limit: number,
  ): Promise<void>;
}
