import { z } from 'zod';
import { Condition } from './conditions';
import { DurationString } from './duration';
import { ExpressionVariable } from './expressionVariable';
import { FreightCollection, VerificationPhase } from './freightCollection';
import { JsonObject, JsonValue } from './json';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource, ResourceName } from './metadata';
import { PromotionTemplateSpec } from './promotionTemplate';
import type { PromotionStatus } from './Promotion';
import { FreightOrigin, FreightReference } from './references';
import { LabelSelector } from './selectors';

/** Where a Stage may get the Freight of one origin. @public */
export const FreightSources = z.strictObject({
  direct: z.boolean().optional(),
  stages: z.array(ResourceName).optional(),
  requiredSoakTime: DurationString.optional(),
  availabilityStrategy: z.enum(['All', 'OneOf', '']).optional(),
  autoPromotionOptions: z
    .strictObject({
      selectionPolicy: z
        .enum(['NewestFreight', 'MatchUpstream'])
        .default('NewestFreight'),
    })
    .optional(),
});
/** @public */
export type FreightSources = z.infer<typeof FreightSources>;

/** Freight that a Stage wants, by origin. @public */
export const FreightRequest = z.strictObject({
  origin: FreightOrigin,
  sources: FreightSources,
});
/** @public */
export type FreightRequest = z.infer<typeof FreightRequest>;

/** How a Stage's Freight is verified after a Promotion. @public */
export const Verification = z.strictObject({
  analysisTemplates: z
    .array(
      z.strictObject({
        name: ResourceName,
        kind: z
          .enum(['AnalysisTemplate', 'ClusterAnalysisTemplate'])
          .default('AnalysisTemplate'),
      }),
    )
    .optional(),
  analysisRunMetadata: z
    .strictObject({
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  args: z
    .array(z.strictObject({ name: z.string().min(1), value: z.string() }))
    .optional(),
});
/** @public */
export type Verification = z.infer<typeof Verification>;

/** Spec of a Stage. Without promotion steps it is a control-flow Stage. @public */
export const StageSpec = z.strictObject({
  shard: z.string().optional(),
  vars: z.array(ExpressionVariable).optional(),
  requestedFreight: z.array(FreightRequest).min(1),
  promotionTemplate: z.strictObject({ spec: PromotionTemplateSpec }).optional(),
  verification: Verification.optional(),
  targets: z
    .strictObject({ selectors: z.array(LabelSelector).optional() })
    .optional(),
});
/** @public */
export type StageSpec = Omit<z.infer<typeof StageSpec>, 'promotionTemplate'> & {
  promotionTemplate?: { spec: PromotionTemplateSpec };
};

/** From the best to the worst: Healthy, NotApplicable, Progressing, Unknown, Unhealthy. @public */
export type HealthState =
  | 'Healthy'
  | 'NotApplicable'
  | 'Progressing'
  | 'Unknown'
  | 'Unhealthy';

/** Health of a Stage or of one check. @public */
export interface Health {
  status: HealthState;
  issues?: string[];
  config?: JsonObject;
  output?: JsonValue;
}

/** Automation must not replace the Freight of this origin. @public */
export interface AutoPromotionHold {
  freightName: string;
  origin: FreightOrigin;
  promotionName: string;
  actor?: string;
  createdAt: string;
}

/** A Promotion as a Stage remembers it. @public */
export interface StagePromotionReference {
  name: string;
  freight?: FreightReference;
  status?: PromotionStatus;
  finishedAt?: string;
}

/** Status of a Stage. @public */
export interface StageStatus {
  conditions?: Condition[];
  lastHandledRefresh?: string;
  observedGeneration?: number;
  /** Newest first, at most 10; the first is what is there now. */
  freightHistory?: FreightCollection[];
  freightSummary?: string;
  health?: Health;
  currentPromotion?: StagePromotionReference;
  lastPromotion?: StagePromotionReference;
  autoPromotionEnabled?: boolean;
  autoPromotionHolds?: Record<string, AutoPromotionHold>;
  effectiveAutoPromotionHolds?: Record<string, AutoPromotionHold>;
  metadata?: Record<string, JsonValue>;
}

/** A promotion target. @public */
export interface Stage extends Resource {
  kind: 'Stage';
  spec: StageSpec;
  status?: StageStatus;
}

/** Manifest of a {@link Stage}. @public */
export const StageManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('Stage'),
  metadata: ManifestMetadata,
  spec: StageSpec,
  status: z.unknown().optional(),
});

/** Whether a Stage has no promotion steps and only lets Freight through. @public */
export function isControlFlow(stage: { spec: StageSpec }): boolean {
  return (stage.spec.promotionTemplate?.spec.steps?.length ?? 0) === 0;
}

/** What a Stage holds now. @public */
export function currentFreight(stage: Stage): FreightCollection | undefined {
  return stage.status?.freightHistory?.[0];
}

/** Whether a verification has ended. @public */
export function isVerificationTerminal(phase: VerificationPhase): boolean {
  return phase !== '' && phase !== 'Pending' && phase !== 'Running';
}
