import { Promotion, Stage } from 'backstage-plugin-kargo-common';

/** Makes Promotions: with steps, owner and name, after checking that they may be made. */
export interface PromotionCreator {
  /** Promotes by automation. */
  createForAutomation(
    stage: Stage,
    freight: string,
    actor: string,
  ): Promise<Promotion>;
}
