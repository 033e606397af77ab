import { z } from 'zod';
import { ExpressionVariable } from './expressionVariable';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';
import { MAX_PROMOTION_STEPS, PromotionStep } from './promotionTemplate';

/** Spec of a task: variables (without a value they are required) and steps. @public */
export const PromotionTaskSpec = z.strictObject({
  vars: z.array(ExpressionVariable).optional(),
  steps: z.array(PromotionStep).min(1).max(MAX_PROMOTION_STEPS),
});
/** @public */
export type PromotionTaskSpec = {
  vars?: ExpressionVariable[];
  steps: PromotionStep[];
};

/** Steps that Stages of one project share. @public */
export interface PromotionTask extends Resource {
  kind: 'PromotionTask';
  spec: PromotionTaskSpec;
}

/** Steps that Stages of every project share. @public */
export interface ClusterPromotionTask extends Resource {
  kind: 'ClusterPromotionTask';
  spec: PromotionTaskSpec;
}

/** Manifest of a {@link PromotionTask}. @public */
export const PromotionTaskManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('PromotionTask'),
  metadata: ManifestMetadata,
  spec: PromotionTaskSpec,
});

/** Manifest of a {@link ClusterPromotionTask}. @public */
export const ClusterPromotionTaskManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('ClusterPromotionTask'),
  metadata: ManifestMetadata,
  spec: PromotionTaskSpec,
});
