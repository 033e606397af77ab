import { KindName } from 'backstage-plugin-kargo-common';
import { analysisJobKind } from './analysis-job/kind';
import { analysisRunKind } from './analysis-run/kind';
import { analysisTemplateKind } from './analysis-template/kind';
import { apiTokenKind } from './api-token/kind';
import { clusterAnalysisTemplateKind } from './cluster-analysis-template/kind';
import { clusterConfigKind } from './cluster-config/kind';
import { clusterPromotionTaskKind } from './cluster-promotion-task/kind';
import { configMapKind } from './config-map/kind';
import { eventKind } from './event/kind';
import { freightKind } from './freight/kind';
import { KindModule } from './KindModule';
import { projectConfigKind } from './project-config/kind';
import { projectKind } from './project/kind';
import { promotionTaskKind } from './promotion-task/kind';
import { promotionKind } from './promotion/kind';
import { roleBindingKind } from './role-binding/kind';
import { roleKind } from './role/kind';
import { secretKind } from './secret/kind';
import { serviceAccountKind } from './service-account/kind';
import { stageKind } from './stage/kind';
import { warehouseKind } from './warehouse/kind';

/** The module of every kind. A new kind is a folder and a line here. */
export const KIND_MODULES: Readonly<Record<KindName, KindModule>> = {
  Project: projectKind,
  ProjectConfig: projectConfigKind,
  ClusterConfig: clusterConfigKind,
  Warehouse: warehouseKind,
  Freight: freightKind,
  Stage: stageKind,
  Promotion: promotionKind,
  PromotionTask: promotionTaskKind,
  ClusterPromotionTask: clusterPromotionTaskKind,
  AnalysisTemplate: analysisTemplateKind,
  ClusterAnalysisTemplate: clusterAnalysisTemplateKind,
  AnalysisRun: analysisRunKind,
  AnalysisJob: analysisJobKind,
  ApiToken: apiTokenKind,
  Secret: secretKind,
  ConfigMap: configMapKind,
  ServiceAccount: serviceAccountKind,
  Event: eventKind,
  Role: roleKind,
  RoleBinding: roleBindingKind,
};

/** The module of a kind; `undefined` for a kind that is not known. */
export function findKindModule(kind: string): KindModule | undefined {
  return Object.hasOwn(KIND_MODULES, kind)
    ? KIND_MODULES[kind as KindName]
    : undefined;
}
