import {
  AnalysisRun,
  AnalysisTemplate,
  ClusterAnalysisTemplate,
} from './Analysis';
import { AnalysisJob } from './AnalysisJob';
import { ApiToken } from './ApiToken';
import {
  ConfigMap,
  KargoEvent,
  Role,
  RoleBinding,
  Secret,
  ServiceAccount,
} from './core';
import { Freight } from './Freight';
import { KindName } from './kinds';
import { Resource } from './metadata';
import { Project } from './Project';
import { ClusterConfig, ProjectConfig } from './ProjectConfig';
import { Promotion } from './Promotion';
import { ClusterPromotionTask, PromotionTask } from './PromotionTask';
import { Stage } from './Stage';
import { Warehouse } from './Warehouse';

/**
 * The type of every kind: whoever names a kind has its type, and cannot ask for another.
 *
 * @remarks A module that keeps a kind of its own adds it by declaration merging.
 *
 * @public
 */
export interface KindMap extends Record<KindName, Resource> {
  Project: Project;
  ProjectConfig: ProjectConfig;
  ClusterConfig: ClusterConfig;
  Warehouse: Warehouse;
  Freight: Freight;
  Stage: Stage;
  Promotion: Promotion;
  PromotionTask: PromotionTask;
  ClusterPromotionTask: ClusterPromotionTask;
  AnalysisTemplate: AnalysisTemplate;
  ClusterAnalysisTemplate: ClusterAnalysisTemplate;
  AnalysisRun: AnalysisRun;
  AnalysisJob: AnalysisJob;
  ApiToken: ApiToken;
  Secret: Secret;
  ConfigMap: ConfigMap;
  ServiceAccount: ServiceAccount;
  Event: KargoEvent;
  Role: Role;
  RoleBinding: RoleBinding;
}

/**
 * The type of a kind: exactly that of a known one, and any resource for a kind that is
 * known at run time only.
 *
 * @public
 */
export type ResourceOf<
  K extends string,
  M extends { [P in keyof M]: Resource } = KindMap,
> = K extends keyof M ? M[K] : Resource;
