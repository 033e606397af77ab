import { Freight } from '../../model/Freight';
import { Promotion } from '../../model/Promotion';
import { Explanation } from '../../model/reasons';
import { Stage } from '../../model/Stage';
import { Warehouse } from '../../model/Warehouse';
import {
  kargoFreightAliasPermission,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoPromotionAbortPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
} from '../../permissions';
import {
  FreightCommits,
  FreightGroups,
  PromoteDownstreamResponse,
  ResourceLinks,
  ResourceList,
} from '../answers';
import { MANAGE, READ, READ_STAGE } from '../asks';
import { PromotionConfigs } from '../configs';
import { PromotionDryRun, WarehouseDryRun } from '../dryRun';
import { Operation, typeOf } from '../operation';
import {
  PageQuery,
  PromoteDownstreamRequest,
  PromoteRequest,
  QueryFreightQuery,
} from '../requests';

/** Warehouses. @public */
export const WAREHOUSE_OPERATIONS = {
  listWarehouses: {
    method: 'get',
    path: '/projects/{project}/warehouses',
    ask: READ,
    query: typeOf<PageQuery>(),
    watchable: true,
    answer: typeOf<ResourceList<Warehouse>>(),
  },
  getWarehouse: {
    method: 'get',
    path: '/projects/{project}/warehouses/{name}',
    ask: READ,
    watchable: true,
    answer: typeOf<Warehouse>(),
  },
  deleteWarehouse: {
    method: 'delete',
    path: '/projects/{project}/warehouses/{name}',
    ask: MANAGE,
  },
  refreshWarehouse: {
    method: 'post',
    path: '/projects/{project}/warehouses/{name}/refresh',
    ask: READ,
  },
  /** What a Warehouse would find that is not stored; its project need not exist yet. */
  dryRunWarehouse: {
    method: 'post',
    path: '/warehouses/dry-run',
    ask: {
      scope: 'any',
      permissions: [kargoProjectManagePermission, kargoProjectCreatePermission],
    },
    body: 'manifests',
    answer: typeOf<WarehouseDryRun>(),
  },
  /** Why a Warehouse makes no Freight, and when it looks again. */
  explainWarehouse: {
    method: 'get',
    path: '/projects/{project}/warehouses/{warehouse}/why',
    ask: READ,
    answer: typeOf<Explanation>(),
  },
} as const satisfies Record<string, Operation>;

/** Freight, by name or alias. @public */
export const FREIGHT_OPERATIONS = {
  /** Ungrouped Freight stands under `''`, oldest first. */
  queryFreight: {
    method: 'get',
    path: '/projects/{project}/freight',
    ask: READ,
    query: typeOf<QueryFreightQuery>(),
    watchable: true,
    answer: typeOf<FreightGroups>(),
  },
  getFreight: {
    method: 'get',
    path: '/projects/{project}/freight/{freight}',
    ask: READ,
    watchable: true,
    answer: typeOf<Freight>(),
  },
  deleteFreight: {
    method: 'delete',
    path: '/projects/{project}/freight/{freight}',
    ask: MANAGE,
  },
  patchFreightAlias: {
    method: 'patch',
    path: '/projects/{project}/freight/{freight}/alias',
    ask: { scope: 'project', permission: kargoFreightAliasPermission },
    query: typeOf<{ newAlias: string }>(),
  },
  approveFreight: {
    method: 'post',
    path: '/projects/{project}/freight/{freight}/approve',
    ask: READ,
    alsoAsks: [kargoStageApprovePermission],
    query: typeOf<{ stage: string }>(),
  },
  listFreightLinks: {
    method: 'get',
    path: '/projects/{project}/freight/{freight}/links',
    ask: READ,
    answer: typeOf<ResourceLinks>(),
  },
} as const satisfies Record<string, Operation>;

/** Stages and their verification. @public */
export const STAGE_OPERATIONS = {
  listStages: {
    method: 'get',
    path: '/projects/{project}/stages',
    ask: READ,
    query: typeOf<
      {
        /** Only Stages that request Freight of one of these Warehouses. */
        freightOrigins?: string[];
      } & PageQuery
    >(),
    watchable: true,
    answer: typeOf<ResourceList<Stage>>(),
  },
  getStage: {
    method: 'get',
    path: '/projects/{project}/stages/{stage}',
    ask: READ_STAGE,
    watchable: true,
    answer: typeOf<Stage>(),
  },
  deleteStage: {
    method: 'delete',
    path: '/projects/{project}/stages/{stage}',
    ask: MANAGE,
  },
  refreshStage: {
    method: 'post',
    path: '/projects/{project}/stages/{stage}/refresh',
    ask: READ_STAGE,
  },
  verifyStage: {
    method: 'post',
    path: '/projects/{project}/stages/{stage}/verification',
    ask: { scope: 'stage', permission: kargoStageVerifyPermission },
  },
  abortVerification: {
    method: 'post',
    path: '/projects/{project}/stages/{stage}/verification/abort',
    ask: { scope: 'stage', permission: kargoStageVerifyPermission },
  },
  /** Why a Stage does not hold the newest Freight or is not ready. */
  explainStage: {
    method: 'get',
    path: '/projects/{project}/stages/{stage}/why',
    ask: READ_STAGE,
    answer: typeOf<Explanation>(),
  },
  /** Why Freight is, or is not, promoted to a Stage. */
  explainFreight: {
    method: 'get',
    path: '/projects/{project}/stages/{stage}/freight/{freight}/why',
    ask: READ_STAGE,
    answer: typeOf<Explanation>(),
  },
  /** Commits between what a Stage holds and Freight, of the repositories that both have. */
  listFreightCommits: {
    method: 'get',
    path: '/projects/{project}/stages/{stage}/freight/{freight}/commits',
    ask: READ_STAGE,
    answer: typeOf<FreightCommits>(),
  },
  listStageLinks: {
    method: 'get',
    path: '/projects/{project}/stages/{stage}/links',
    ask: READ_STAGE,
    answer: typeOf<ResourceLinks>(),
  },
} as const satisfies Record<string, Operation>;

/** Promotions. @public */
export const PROMOTION_OPERATIONS = {
  promoteToStage: {
    method: 'post',
    path: '/projects/{project}/stages/{stage}/promotions',
    ask: { scope: 'stage', permission: kargoStagePromotePermission },
    body: typeOf<PromoteRequest>(),
    answer: typeOf<Promotion>(),
  },
  /** What promoting would change in git; nothing outside is changed, and nothing stored. */
  dryRunPromotion: {
    method: 'post',
    path: '/projects/{project}/stages/{stage}/promotions/dry-run',
    ask: { scope: 'stage', permission: kargoStagePromotePermission },
    body: typeOf<PromoteRequest>(),
    answer: typeOf<PromotionDryRun>(),
  },
  /** Promotes to every Stage that takes the Freight from this one. */
  promoteDownstream: {
    method: 'post',
    path: '/projects/{project}/stages/{stage}/promotions/downstream',
    ask: READ_STAGE,
    alsoAsks: [kargoStagePromotePermission],
    body: typeOf<PromoteDownstreamRequest>(),
    answer: typeOf<PromoteDownstreamResponse>(),
  },
  listPromotions: {
    method: 'get',
    path: '/projects/{project}/promotions',
    ask: READ,
    query: typeOf<{
      stage?: string;
      /** Only so many, the newest first; all of them by name without it. */
      newest?: number;
    }>(),
    watchable: true,
    answer: typeOf<ResourceList<Promotion>>(),
  },
  getPromotion: {
    method: 'get',
    path: '/projects/{project}/promotions/{name}',
    ask: READ,
    watchable: true,
    answer: typeOf<Promotion>(),
  },
  abortPromotion: {
    method: 'post',
    path: '/projects/{project}/promotions/{name}/abort',
    ask: READ,
    alsoAsks: [kargoPromotionAbortPermission],
  },
  /** A new Promotion of the same Freight that begins at the step at which this one failed. */
  retryPromotion: {
    method: 'post',
    path: '/projects/{project}/promotions/{name}/retry',
    ask: READ,
    alsoAsks: [kargoStagePromotePermission],
    answer: typeOf<Promotion>(),
  },
  refreshPromotion: {
    method: 'post',
    path: '/projects/{project}/promotions/{name}/refresh',
    ask: READ,
  },
  /** What its steps are configured with, their expressions evaluated. */
  getPromotionConfigs: {
    method: 'get',
    path: '/projects/{project}/promotions/{promotion}/configs',
    ask: READ,
    answer: typeOf<PromotionConfigs>(),
  },
  /** What a Promotion waits for or does. */
  explainPromotion: {
    method: 'get',
    path: '/projects/{project}/promotions/{promotion}/why',
    ask: READ,
    answer: typeOf<Explanation>(),
  },
} as const satisfies Record<string, Operation>;
