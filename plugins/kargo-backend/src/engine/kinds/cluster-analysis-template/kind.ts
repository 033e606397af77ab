import { ClusterAnalysisTemplate } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A ClusterAnalysisTemplate: how Freight is verified in all projects. */
export const clusterAnalysisTemplateKind = defineKind<ClusterAnalysisTemplate>({
  kind: 'ClusterAnalysisTemplate',
});
