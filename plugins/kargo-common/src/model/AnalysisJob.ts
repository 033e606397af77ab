import { z } from 'zod';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';

/** Which measurement a job makes: what runs is in the metric of the run. @public */
export const AnalysisJobSpec = z.strictObject({
  analysisRun: z.string(),
  metric: z.string(),
  /** Of the measurement among those of the metric, from 1. */
  number: z.number().int(),
});
/** @public */
export type AnalysisJobSpec = z.infer<typeof AnalysisJobSpec>;

/**
 * Phase of a job. `Stuck`: it cannot begin, as when an image cannot be had. `Stopped`: its
 * run came to an end before.
 *
 * @public
 */
export type AnalysisJobPhase =
  | 'Pending'
  | 'Running'
  | 'Complete'
  | 'Failed'
  | 'Stuck'
  | 'Stopped';

/** What a container printed; secrets are masked. @public */
export interface AnalysisJobLog {
  container: string;
  text: string;
  /** Characters at the beginning that are not kept any more. */
  dropped?: number;
  /** Why more of it could not be read; what was known of it before is kept. */
  message?: string;
}

/** Status of a job. Times are RFC 3339. @public */
export interface AnalysisJobStatus {
  phase?: AnalysisJobPhase;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  /** How often its containers were started. */
  attempts?: number;
  /** Since when the cluster that shall run it could not be asked; absent when it could. */
  unavailableSince?: string;
  /** It has ended here, and what it left where it ran is still to be removed. */
  cleanupPending?: boolean;
  logs?: AnalysisJobLog[];
}

/** One run of a metric's job; written by Kargo alone. @public */
export interface AnalysisJob extends Resource {
  kind: 'AnalysisJob';
  spec: AnalysisJobSpec;
  status?: AnalysisJobStatus;
}

/** Whether a job has ended. @public */
export function isJobEnded(phase: AnalysisJobPhase | undefined): boolean {
  return phase !== undefined && phase !== 'Pending' && phase !== 'Running';
}

/** Manifest of an {@link AnalysisJob}. @public */
export const AnalysisJobManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('AnalysisJob'),
  metadata: ManifestMetadata,
  spec: AnalysisJobSpec,
  status: z.unknown().optional(),
});
