import {
  AnalysisRun,
  AnalysisTemplate,
  ClusterAnalysisTemplate,
} from '../../model/Analysis';
import { ClusterPromotionTask, PromotionTask } from '../../model/PromotionTask';
import { ResourceList } from '../answers';
import { CLUSTER, MANAGE, READ, VIEW } from '../asks';
import { Operation, typeOf } from '../operation';

/** What Promotions and verifications are made of. @public */
export const DEFINITION_OPERATIONS = {
  listPromotionTasks: {
    method: 'get',
    path: '/projects/{project}/promotion-tasks',
    ask: READ,
    answer: typeOf<ResourceList<PromotionTask>>(),
  },
  getPromotionTask: {
    method: 'get',
    path: '/projects/{project}/promotion-tasks/{name}',
    ask: READ,
    answer: typeOf<PromotionTask>(),
  },
  listAnalysisTemplates: {
    method: 'get',
    path: '/projects/{project}/analysis-templates',
    ask: READ,
    answer: typeOf<ResourceList<AnalysisTemplate>>(),
  },
  getAnalysisTemplate: {
    method: 'get',
    path: '/projects/{project}/analysis-templates/{name}',
    ask: READ,
    answer: typeOf<AnalysisTemplate>(),
  },
  deleteAnalysisTemplate: {
    method: 'delete',
    path: '/projects/{project}/analysis-templates/{name}',
    ask: MANAGE,
  },
  getAnalysisRun: {
    method: 'get',
    path: '/projects/{project}/analysis-runs/{name}',
    ask: READ,
    answer: typeOf<AnalysisRun>(),
  },
  getAnalysisRunLogs: {
    method: 'get',
    path: '/projects/{project}/analysis-runs/{name}/logs',
    ask: READ,
    query: typeOf<{ metricName?: string; containerName?: string }>(),
    answer: typeOf<never>(),
  },
  listClusterPromotionTasks: {
    method: 'get',
    path: '/shared/cluster-promotion-tasks',
    ask: VIEW,
    answer: typeOf<ResourceList<ClusterPromotionTask>>(),
  },
  getClusterPromotionTask: {
    method: 'get',
    path: '/shared/cluster-promotion-tasks/{name}',
    ask: VIEW,
    answer: typeOf<ClusterPromotionTask>(),
  },
  listClusterAnalysisTemplates: {
    method: 'get',
    path: '/shared/cluster-analysis-templates',
    ask: VIEW,
    answer: typeOf<ResourceList<ClusterAnalysisTemplate>>(),
  },
  getClusterAnalysisTemplate: {
    method: 'get',
    path: '/shared/cluster-analysis-templates/{name}',
    ask: VIEW,
    answer: typeOf<ClusterAnalysisTemplate>(),
  },
  deleteClusterAnalysisTemplate: {
    method: 'delete',
    path: '/shared/cluster-analysis-templates/{name}',
    ask: CLUSTER,
  },
} as const satisfies Record<string, Operation>;
