import { ClusterPromotionTask } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A ClusterPromotionTask: steps that all projects share. */
export const clusterPromotionTaskKind = defineKind<ClusterPromotionTask>({
  kind: 'ClusterPromotionTask',
});
