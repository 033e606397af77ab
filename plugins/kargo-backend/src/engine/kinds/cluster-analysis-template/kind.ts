import { Resource } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A ClusterAnalysisTemplate: how Freight is verified in all projects. */
export const clusterAnalysisTemplateKind = defineKind<Resource>({
  kind: 'ClusterAnalysisTemplate',
});
