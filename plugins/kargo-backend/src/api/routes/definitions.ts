import {
  kargoClusterManagePermission,
  kargoViewPermission,
  KindName,
} from 'backstage-plugin-kargo-common';
import { answerList } from '../server/answers';
import { createRoute, Route } from '../server/route';
import { SchemaName } from '../server/schemas';
import { deleteRoute, getRoute, listRoute } from './kindRoutes';
import { NotImplementedError } from '@backstage/errors';

const TASKS = { kind: 'PromotionTask', plural: 'promotion-tasks' } as const;
const TEMPLATES = {
  kind: 'AnalysisTemplate',
  plural: 'analysis-templates',
} as const;
const RUNS = { kind: 'AnalysisRun', plural: 'analysis-runs' } as const;

interface SharedKind {
  kind: KindName & SchemaName;
  plural: string;
}

const SHARED_TASKS: SharedKind = {
  kind: 'ClusterPromotionTask',
  plural: 'cluster-promotion-tasks',
};

const SHARED_TEMPLATES: SharedKind = {
  kind: 'ClusterAnalysisTemplate',
  plural: 'cluster-analysis-templates',
};

function listShared({ kind, plural }: SharedKind): Route {
  return createRoute({
    method: 'get',
    path: `/shared/${plural}`,
    operationId: `list${kind}s`,
    summary: `Lists the ${kind}s that every project may use`,
    ask: { scope: 'basic', permission: kargoViewPermission },
    answers: { 200: `${kind}List` as SchemaName },
    handle: (_, { store }) => answerList(store, kind, {}),
  });
}

function getShared({ kind, plural }: SharedKind): Route {
  return createRoute({
    method: 'get',
    path: `/shared/${plural}/{name}`,
    operationId: `get${kind}`,
    summary: `Answers one ${kind}`,
    ask: { scope: 'basic', permission: kargoViewPermission },
    answers: { 200: kind },
    handle: async ({ params }, { store }) => ({
      status: 200,
      body: await store.get({
        kind,
        namespace: '',
        name: params.name,
      }),
    }),
  });
}

function deleteShared({ kind, plural }: SharedKind): Route {
  return createRoute({
    method: 'delete',
    path: `/shared/${plural}/{name}`,
    operationId: `delete${kind}`,
    summary: `Deletes one ${kind}`,
    ask: { scope: 'basic', permission: kargoClusterManagePermission },
    answers: { 204: undefined },
    audit: { eventId: 'shared-update', actionType: 'delete' },
    handle: async ({ params, caller }, { admission }) => {
      await admission.delete(
        { kind, namespace: '', name: params.name },
        caller,
      );
      return { status: 204 };
    },
  });
}

const analysisRunLogs = createRoute({
  method: 'get',
  path: '/projects/{project}/analysis-runs/{name}/logs',
  operationId: 'getAnalysisRunLogs',
  summary: 'Not available: no place is configured where logs are kept',
  ask: { scope: 'project' },
  answers: { 501: 'Error' },
  handle: async () => {
    throw new NotImplementedError(
      'Logs of AnalysisRuns are not kept: no log URL template is configured',
    );
  },
});

/** What Promotions and verifications are made of. */
export const definitionRoutes: Route[] = [
  listRoute(TASKS),
  getRoute(TASKS),
  listRoute(TEMPLATES),
  getRoute(TEMPLATES),
  deleteRoute(TEMPLATES),
  getRoute(RUNS),
  analysisRunLogs,
  listShared(SHARED_TASKS),
  getShared(SHARED_TASKS),
  listShared(SHARED_TEMPLATES),
  getShared(SHARED_TEMPLATES),
  deleteShared(SHARED_TEMPLATES),
];
