import { z } from 'zod';
import { ROLLOUTS_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';

/** An argument of an analysis template. @public */
export const AnalysisArgument = z.strictObject({
  name: z.string().min(1),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({
      secretKeyRef: z
        .strictObject({
          name: z.string(),
          key: z.string(),
          optional: z.boolean().optional(),
        })
        .optional(),
      fieldRef: z.strictObject({ fieldPath: z.string() }).optional(),
    })
    .optional(),
});
/** @public */
export type AnalysisArgument = z.infer<typeof AnalysisArgument>;

/** A number, or a text of one as a placeholder leaves it. @public */
export const IntOrString = z.union([z.number().int(), z.string()]);
/** @public */
export type IntOrString = z.infer<typeof IntOrString>;

/**
 * One measured quantity. `provider` has one key, which names who measures, and holds what
 * that one is told.
 *
 * @public
 */
export const AnalysisMetric = z.strictObject({
  name: z.string().min(1),
  interval: z.string().optional(),
  initialDelay: z.string().optional(),
  count: IntOrString.optional(),
  successCondition: z.string().optional(),
  failureCondition: z.string().optional(),
  failureLimit: IntOrString.optional(),
  inconclusiveLimit: IntOrString.optional(),
  consecutiveErrorLimit: IntOrString.optional(),
  consecutiveSuccessLimit: IntOrString.optional(),
  provider: z.record(z.string(), z.unknown()),
});
/** @public */
export type AnalysisMetric = z.infer<typeof AnalysisMetric>;

/** Metrics that are measured without deciding anything, by a pattern of their names. @public */
export const DryRunRule = z.strictObject({ metricName: z.string() });
/** @public */
export type DryRunRule = z.infer<typeof DryRunRule>;

/** How many measurements are kept of metrics, by a pattern of their names. @public */
export const MeasurementRetentionRule = z.strictObject({
  metricName: z.string(),
  limit: z.number().int(),
});
/** @public */
export type MeasurementRetentionRule = z.infer<typeof MeasurementRetentionRule>;

const measured = {
  metrics: z.array(AnalysisMetric).optional(),
  args: z.array(AnalysisArgument).optional(),
  dryRun: z.array(DryRunRule).optional(),
  measurementRetention: z.array(MeasurementRetentionRule).optional(),
};

/** Spec of an analysis template. `templates` is read and, as in Kargo, not followed. @public */
export const AnalysisTemplateSpec = z.strictObject({
  ...measured,
  templates: z
    .array(
      z.strictObject({
        templateName: z.string().optional(),
        clusterScope: z.boolean().optional(),
      }),
    )
    .optional(),
});
/** @public */
export type AnalysisTemplateSpec = z.infer<typeof AnalysisTemplateSpec>;

/** How Freight is verified, in one project. @public */
export interface AnalysisTemplate extends Resource {
  kind: 'AnalysisTemplate';
  spec: AnalysisTemplateSpec;
}

/** How Freight is verified, for every project. @public */
export interface ClusterAnalysisTemplate extends Resource {
  kind: 'ClusterAnalysisTemplate';
  spec: AnalysisTemplateSpec;
}

/** Spec of an AnalysisRun: merged templates, with placeholders, and its arguments. @public */
export const AnalysisRunSpec = z.strictObject({
  ...measured,
  terminate: z.boolean().optional(),
  ttlStrategy: z
    .strictObject({
      secondsAfterCompletion: z.number().int().optional(),
      secondsAfterFailure: z.number().int().optional(),
      secondsAfterSuccess: z.number().int().optional(),
    })
    .optional(),
});
/** @public */
export type AnalysisRunSpec = z.infer<typeof AnalysisRunSpec>;

/** Phase of an analysis run, of a metric or of a measurement; empty before anybody looked. @public */
export type AnalysisPhase =
  | ''
  | 'Pending'
  | 'Running'
  | 'Successful'
  | 'Failed'
  | 'Error'
  | 'Inconclusive';

/** One measurement; in flight until it has a `finishedAt`. Times are RFC 3339, whole seconds. @public */
export interface Measurement {
  phase: AnalysisPhase;
  message?: string;
  /** What was measured, as text. */
  value?: string;
  startedAt?: string;
  finishedAt?: string;
  /** When one that is in flight is looked at again. */
  resumeAt?: string;
  metadata?: Record<string, string>;
}

/** What became of one metric; `count` is what succeeded, failed or was inconclusive. @public */
export interface MetricResult {
  name: string;
  phase: AnalysisPhase;
  message?: string;
  /** Newest last; old ones are dropped, the counters go on. */
  measurements?: Measurement[];
  count?: number;
  successful?: number;
  failed?: number;
  inconclusive?: number;
  error?: number;
  consecutiveError?: number;
  consecutiveSuccess?: number;
  dryRun?: boolean;
  metadata?: Record<string, string>;
}

/** How many metrics came to what. @public */
export interface RunSummary {
  count?: number;
  successful?: number;
  failed?: number;
  inconclusive?: number;
  error?: number;
}

/** Status of an analysis run. @public */
export interface AnalysisRunStatus {
  phase?: AnalysisPhase;
  message?: string;
  startedAt?: string;
  completedAt?: string;
  metricResults?: MetricResult[];
  runSummary?: RunSummary;
  dryRunSummary?: RunSummary;
  /** Since when the run could not be made in the cluster that shall run it; RFC 3339. */
  unavailableSince?: string;
  /** It was given up here, and is still to be removed from the cluster that runs it. */
  cleanupPending?: boolean;
}

/** One run of merged analysis templates. @public */
export interface AnalysisRun extends Resource {
  kind: 'AnalysisRun';
  spec: AnalysisRunSpec;
  status?: AnalysisRunStatus;
}

/** Whether a run, a metric or a measurement of that phase has ended. @public */
export function isAnalysisCompleted(phase: AnalysisPhase | undefined): boolean {
  return (
    phase === 'Successful' ||
    phase === 'Failed' ||
    phase === 'Error' ||
    phase === 'Inconclusive'
  );
}

/** Manifest of an {@link AnalysisTemplate}. @public */
export const AnalysisTemplateManifest = z.strictObject({
  apiVersion: z.literal(ROLLOUTS_API_VERSION),
  kind: z.literal('AnalysisTemplate'),
  metadata: ManifestMetadata,
  spec: AnalysisTemplateSpec,
});

/** Manifest of a {@link ClusterAnalysisTemplate}. @public */
export const ClusterAnalysisTemplateManifest = z.strictObject({
  apiVersion: z.literal(ROLLOUTS_API_VERSION),
  kind: z.literal('ClusterAnalysisTemplate'),
  metadata: ManifestMetadata,
  spec: AnalysisTemplateSpec,
});

/** Manifest of an {@link AnalysisRun}. @public */
export const AnalysisRunManifest = z.strictObject({
  apiVersion: z.literal(ROLLOUTS_API_VERSION),
  kind: z.literal('AnalysisRun'),
  metadata: ManifestMetadata,
  spec: AnalysisRunSpec,
  status: z.unknown().optional(),
});
