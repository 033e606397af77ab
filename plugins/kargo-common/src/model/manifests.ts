import { z } from 'zod';
import {
  AnalysisRunManifest,
  AnalysisTemplateManifest,
  ClusterAnalysisTemplateManifest,
} from './Analysis';
import { AnalysisJobManifest } from './AnalysisJob';
import { ApiTokenManifest } from './ApiToken';
import {
  ConfigMapManifest,
  EventManifest,
  RoleBindingManifest,
  RoleManifest,
  SecretManifest,
  ServiceAccountManifest,
} from './core';
import { FreightManifest } from './Freight';
import { KindName } from './kinds';
import { ProjectManifest } from './Project';
import { ClusterConfigManifest, ProjectConfigManifest } from './ProjectConfig';
import { PromotionManifest } from './Promotion';
import {
  ClusterPromotionTaskManifest,
  PromotionTaskManifest,
} from './PromotionTask';
import { StageManifest } from './Stage';
import { WarehouseManifest } from './Warehouse';

/** The manifest schema of every kind. @public */
export const MANIFESTS: Record<KindName, z.ZodType> = {
  Project: ProjectManifest,
  ProjectConfig: ProjectConfigManifest,
  ClusterConfig: ClusterConfigManifest,
  Warehouse: WarehouseManifest,
  Freight: FreightManifest,
  Stage: StageManifest,
  Promotion: PromotionManifest,
  PromotionTask: PromotionTaskManifest,
  ClusterPromotionTask: ClusterPromotionTaskManifest,
  AnalysisTemplate: AnalysisTemplateManifest,
  ClusterAnalysisTemplate: ClusterAnalysisTemplateManifest,
  AnalysisRun: AnalysisRunManifest,
  AnalysisJob: AnalysisJobManifest,
  ApiToken: ApiTokenManifest,
  Secret: SecretManifest,
  ConfigMap: ConfigMapManifest,
  ServiceAccount: ServiceAccountManifest,
  Event: EventManifest,
  Role: RoleManifest,
  RoleBinding: RoleBindingManifest,
};
