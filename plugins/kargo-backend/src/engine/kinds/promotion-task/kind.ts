import { PromotionTask } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { wakeFailedStages } from '../shared/wakeFailedStages';

/** A PromotionTask: steps that Stages of a project share. */
export const promotionTaskKind = defineKind<PromotionTask>({
  kind: 'PromotionTask',
  wakeOthers: wakeFailedStages,
});
