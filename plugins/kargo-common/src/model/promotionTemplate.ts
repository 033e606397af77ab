import { z } from 'zod';
import { DurationString } from './duration';
import { ExpressionVariable } from './expressionVariable';
import { AnyJson, JsonObject } from './json';
import { ResourceName } from './metadata';

/** Names a PromotionTask (the default) or a ClusterPromotionTask. @public */
export const PromotionTaskReference = z.strictObject({
  name: ResourceName,
  kind: z.enum(['PromotionTask', 'ClusterPromotionTask']).optional(),
});
/** @public */
export type PromotionTaskReference = z.infer<typeof PromotionTaskReference>;

/** When a step gives up. `timeout` is measured from the first attempt. @public */
export const StepRetry = z.strictObject({
  timeout: DurationString.or(z.literal('0')).optional(),
  errorThreshold: z.number().int().min(0).optional(),
});
/** @public */
export type StepRetry = z.infer<typeof StepRetry>;

/**
 * One step, or a reference to a task that stands for several.
 *
 * @remarks Beyond Kargo: `unmasked` shows the step's output as it is, secrets included.
 *
 * @public
 */
export const PromotionStep = z.strictObject({
  uses: z.string().min(1).optional(),
  task: PromotionTaskReference.optional(),
  as: z.string().optional(),
  if: z.string().optional(),
  continueOnError: z.boolean().optional(),
  retry: StepRetry.optional(),
  unmasked: z.boolean().optional(),
  vars: z.array(ExpressionVariable).optional(),
  config: z.record(z.string(), AnyJson).optional(),
});
/** @public */
export type PromotionStep = Omit<z.infer<typeof PromotionStep>, 'config'> & {
  config?: JsonObject;
};

/**
 * Most steps of a template, of a task, and of a Promotion with those of its tasks.
 *
 * @public
 */
export const MAX_PROMOTION_STEPS = 1_000;

/** What a Stage's Promotions execute. @public */
export const PromotionTemplateSpec = z.strictObject({
  vars: z.array(ExpressionVariable).optional(),
  steps: z.array(PromotionStep).min(1).max(MAX_PROMOTION_STEPS).optional(),
});
/** @public */
export type PromotionTemplateSpec = {
  vars?: ExpressionVariable[];
  steps?: PromotionStep[];
};
