import {
  Freight,
  Promotion,
  Reason,
  Stage,
} from 'backstage-plugin-kargo-common';

/** All that the decision about a Promotion depends on. */
export interface PromotionSnapshot {
  promotion: Promotion;
  /** Absent when it is gone. */
  stage: Stage | undefined;
  /** The target; absent when it is gone. */
  freight: Freight | undefined;
  /**
   * Promotions of the Stage that have not ended; others may be among them. Only the reasons
   * tell a place in the queue, so who does not ask for reasons may leave it empty.
   */
  queue: readonly Promotion[];
}

/** What a Promotion does when the engine looks at it. */
export type PromotionChoice =
  | { kind: 'ended' }
  | { kind: 'abort'; actor?: string }
  | { kind: 'wait' }
  | { kind: 'refuse'; why: Reason; message: string }
  | { kind: 'run'; stage: Stage; freight: Freight };

/** What it does, and all that there is to tell when somebody asks why. */
export type PromotionDecision = PromotionChoice & { reasons: Reason[] };
