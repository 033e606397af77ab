import { Promotion, PromotionConfigs } from 'backstage-plugin-kargo-common';

/** Tells what steps are configured with once their expressions are evaluated. */
export interface StepConfigs {
  /**
   * The configuration of every step that has begun, by what is stored at this moment. One that
   * holds a secret is not told, whatever its expressions made of it.
   */
  read(promotion: Promotion, signal: AbortSignal): Promise<PromotionConfigs>;
}
