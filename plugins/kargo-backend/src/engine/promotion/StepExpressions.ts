import {
  JsonObject,
  Promotion,
  PromotionStatus,
  PromotionStep,
  Stage,
} from 'backstage-plugin-kargo-common';
import { StepBudget } from 'backstage-plugin-kargo-expr';

/** What the expressions of a step can see. */
export interface StepScope {
  promotion: Promotion;
  stage: Stage;
  /** Status so far: target Freight, collection, outputs and step metadata. */
  status: PromotionStatus;
  /** Alias of the target Freight. */
  freightAlias?: string;
  step: PromotionStep;
  /** Base URL of the portal's Kargo pages. */
  uiBaseURL?: string;
  /** Steps of expressions that are evaluated together; else those of this step have their own. */
  budget?: StepBudget;
  /** Paths of an evaluated config at which the step wants a text and found something else. */
  listTextFields?: (config: JsonObject) => readonly (readonly PropertyKey[])[];
}

/** Evaluates the expressions of a step, with the look-ups they need. */
export interface StepExpressions {
  /** The step's `if`. @throws Error when it fails or is no boolean. */
  shouldRun(scope: StepScope, signal: AbortSignal): Promise<boolean>;
  /**
   * The step's config with every expression evaluated, and the values of secrets that
   * went into it, for redaction.
   */
  evaluateConfig(
    scope: StepScope,
    signal: AbortSignal,
  ): Promise<{ config: JsonObject; secrets: string[] }>;
}
