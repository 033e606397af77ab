import { Promotion, Stage } from 'backstage-plugin-kargo-common';
import { Requester } from './ResourceAdmission';

/** A Promotion, and its Stage as it is with it. */
export interface MadePromotion {
  promotion: Promotion;
  stage: Stage;
}

/** Makes Promotions: with steps, owner and name, after checking that they may be made. */
export interface PromotionCreator {
  /**
   * Promotes by automation.
   *
   * @throws ConflictError when anybody wrote the Stage since it was read
   */
  createForAutomation(
    stage: Stage,
    freight: string,
    actor: string,
  ): Promise<MadePromotion>;
  /**
   * Promotes the Freight of a Promotion again, from the step at which that failed.
   *
   * @throws ConflictError when it cannot go on there, NotFoundError when its Stage or its
   *   Freight is gone, InputError when the Freight is not available any more
   */
  retry(failed: Promotion, requester: Requester): Promise<Promotion>;
}
