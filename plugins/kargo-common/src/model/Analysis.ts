import { z } from 'zod';
import { JsonObject } from './json';
import { ROLLOUTS_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';

/** An argument of an analysis template. @public */
export const AnalysisArgument = z.strictObject({
  name: z.string().min(1),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({
      secretKeyRef: z
        .strictObject({ name: z.string(), key: z.string() })
        .optional(),
      fieldRef: z.strictObject({ fieldPath: z.string() }).optional(),
    })
    .optional(),
});
/** @public */
export type AnalysisArgument = z.infer<typeof AnalysisArgument>;

/** One measured quantity. Numbers may be written as strings, as Argo Rollouts allows. @public */
export const AnalysisMetric = z.looseObject({
  name: z.string().min(1),
  interval: z.string().optional(),
  initialDelay: z.string().optional(),
  count: z.union([z.string(), z.number()]).optional(),
  successCondition: z.string().optional(),
  failureCondition: z.string().optional(),
  failureLimit: z.union([z.string(), z.number()]).optional(),
  inconclusiveLimit: z.union([z.string(), z.number()]).optional(),
  consecutiveErrorLimit: z.union([z.string(), z.number()]).optional(),
  consecutiveSuccessLimit: z.union([z.string(), z.number()]).optional(),
  provider: z.record(z.string(), z.unknown()),
});
/** @public */
export type AnalysisMetric = z.infer<typeof AnalysisMetric>;

/** Spec of an analysis template. @public */
export const AnalysisTemplateSpec = z.looseObject({
  metrics: z.array(AnalysisMetric).optional(),
  args: z.array(AnalysisArgument).optional(),
  dryRun: z.array(z.looseObject({ metricName: z.string() })).optional(),
  measurementRetention: z
    .array(
      z.looseObject({ metricName: z.string(), limit: z.number().optional() }),
    )
    .optional(),
  templates: z.array(z.looseObject({})).optional(),
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

/** Phase of an analysis run; empty before it was looked at. @public */
export type AnalysisPhase =
  | ''
  | 'Pending'
  | 'Running'
  | 'Successful'
  | 'Failed'
  | 'Error'
  | 'Inconclusive';

/** Status of an analysis run. @public */
export interface AnalysisRunStatus {
  phase?: AnalysisPhase;
  message?: string;
  startedAt?: string;
  completedAt?: string;
  metricResults?: JsonObject[];
  runSummary?: JsonObject;
  dryRunSummary?: JsonObject;
}

/** One run of flattened analysis templates. @public */
export interface AnalysisRun extends Resource {
  kind: 'AnalysisRun';
  spec: AnalysisTemplateSpec & { terminate?: boolean };
  status?: AnalysisRunStatus;
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
  spec: AnalysisTemplateSpec,
  status: z.unknown().optional(),
});
