import { Resource } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** An AnalysisTemplate: how Freight is verified in a project. */
export const analysisTemplateKind = defineKind<Resource>({
  kind: 'AnalysisTemplate',
});
