import { AnalysisTemplate } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** An AnalysisTemplate: how Freight is verified in a project. */
export const analysisTemplateKind = defineKind<AnalysisTemplate>({
  kind: 'AnalysisTemplate',
});
