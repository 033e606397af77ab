import {
  Explanation,
  Freight,
  Promotion,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';

/**
 * Answers why something is as it is, by the functions with which the engine decides and
 * from what is stored at this moment.
 */
export interface Explanations {
  /** Why a Stage does not hold the newest Freight, or does not count as ready. */
  ofStage(stage: Stage): Promise<Explanation>;
  /** Why Freight is, or is not, promoted to a Stage. */
  ofFreight(stage: Stage, freight: Freight): Promise<Explanation>;
  /** Why a Promotion waits, or what it does. */
  ofPromotion(promotion: Promotion): Promise<Explanation>;
  /** Why a Warehouse makes no Freight, and when it looks again. */
  ofWarehouse(warehouse: Warehouse): Promise<Explanation>;
}
