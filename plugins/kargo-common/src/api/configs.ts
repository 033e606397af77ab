import { JsonObject } from '../model/json';

/** What one step is configured with. @public */
export interface StepConfig {
  /** By which the Promotion knows the step. */
  alias: string;
  /** With every expression evaluated; absent where it is not known, or holds a secret. */
  config?: JsonObject;
  /** Why there is none, one sentence for people. */
  unknown?: string;
}

/** What the steps of a Promotion that have begun are configured with. @public */
export interface PromotionConfigs {
  steps: StepConfig[];
}
