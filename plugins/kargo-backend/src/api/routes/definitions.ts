import { KindName } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { findJobLog, followLog } from '../resources/analysisLogs';
import { answerList, answerOne } from '../server/answers';
import {
  createFamilyRoute,
  createRoute,
  OperationIdIn,
  Route,
} from '../server/route';
import { SchemaName } from '../server/schemas';
import { deleteRoute, getRoute, listRoute } from './kindRoutes';

type SharedId = OperationIdIn<'basic'>;

function listShared<I extends SharedId>(
  operationId: I,
  kind: KindName & SchemaName,
): Route<I> {
  return createFamilyRoute<'basic', I>(operationId, {
    summary: `Lists the ${kind}s that every project may use`,
    answers: { 200: `${kind}List` as SchemaName },
    handle: (_, { store }) => answerList(store, kind, {}),
  });
}

function getShared<I extends SharedId>(
  operationId: I,
  kind: KindName & SchemaName,
): Route<I> {
  return createFamilyRoute<'basic', I>(operationId, {
    summary: `Answers one ${kind}`,
    answers: { 200: kind },
    handle: ({ params, reads }) =>
      answerOne(reads, { kind, namespace: '', name: params.name }),
  });
}

function deleteShared<I extends SharedId>(
  operationId: I,
  kind: KindName,
): Route<I> {
  return createFamilyRoute<'basic', I>(operationId, {
    summary: `Deletes one ${kind}`,
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

const analysisRunLogs = createRoute('getAnalysisRunLogs', {
  summary:
    'Streams what the job of a metric prints; the job of its newest measurement',
  query: {
    metricName: z
      .string()
      .optional()
      .describe('Needed where several metrics run jobs'),
    containerName: z
      .string()
      .optional()
      .describe('Needed where a job has several containers'),
  },
  answers: { 200: undefined },
  handle: async ({ project, params, query }, { store }) => {
    const run = await store.get({
      kind: 'AnalysisRun',
      namespace: project.metadata.name,
      name: params.name,
    });
    const log = findJobLog(run, query);
    // Said with a status, which a stream that is open cannot have any more.
    await store.get(log.job);
    return { texts: signal => followLog(store, log, signal) };
  },
});

/** What Promotions and verifications are made of. */
export const definitionRoutes = [
  listRoute('listPromotionTasks', 'PromotionTask'),
  getRoute('getPromotionTask', 'PromotionTask'),
  listRoute('listAnalysisTemplates', 'AnalysisTemplate'),
  getRoute('getAnalysisTemplate', 'AnalysisTemplate'),
  deleteRoute('deleteAnalysisTemplate', 'AnalysisTemplate'),
  getRoute('getAnalysisRun', 'AnalysisRun'),
  analysisRunLogs,
  listShared('listClusterPromotionTasks', 'ClusterPromotionTask'),
  getShared('getClusterPromotionTask', 'ClusterPromotionTask'),
  listShared('listClusterAnalysisTemplates', 'ClusterAnalysisTemplate'),
  getShared('getClusterAnalysisTemplate', 'ClusterAnalysisTemplate'),
  deleteShared('deleteClusterAnalysisTemplate', 'ClusterAnalysisTemplate'),
];
