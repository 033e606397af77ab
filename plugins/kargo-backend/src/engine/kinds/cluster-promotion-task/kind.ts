import { ClusterPromotionTask } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { wakeFailedStages } from '../shared/wakeFailedStages';

/** A ClusterPromotionTask: steps that all projects share. */
export const clusterPromotionTaskKind = defineKind<ClusterPromotionTask>({
  kind: 'ClusterPromotionTask',
  wakeOthers: wakeFailedStages,
});
