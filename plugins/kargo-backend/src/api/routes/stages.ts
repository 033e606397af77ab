import { ConflictError } from '@backstage/errors';
import {
  ANNOTATIONS,
  currentFreight,
  isVerificationTerminal,
  keyOf,
  originKey,
  QueryOf,
  Stage,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { IndexedStore, IndexSelection } from '../../ports/ResourceIndex';
import { Selection } from '../../ports/ResourceStore';
import {
  answerList,
  answerOne,
  answerWatch,
  pageOptions,
} from '../server/answers';
import { names, pageParameters, WatchQuery } from '../server/parseQuery';
import { requestRefresh, requestRefreshAs } from '../resources/requestRefresh';
import { Answer, createRoute } from '../server/route';

type StagesQuery = QueryOf<'listStages'> & WatchQuery;

const listStages = createRoute('listStages', {
  summary: 'Lists the Stages of a project, or streams their changes',
  query: {
    freightOrigins: names
      .optional()
      .describe('Only Stages that request Freight of one of these Warehouses'),
    ...pageParameters,
  },
  answers: { 200: 'StageList' },
  handle: async ({ project, query }, { store }) => {
    const options = selectStages(project.metadata.name, query.freightOrigins);
    if (query.watch) {
      return watchStages(store, options, query);
    }
    return answerList(
      store,
      'Stage',
      { ...options, ...pageOptions(query) },
      stage => requestsAny(stage, query.freightOrigins),
    );
  },
});

/** One origin is looked up by index; several are filtered out of all Stages. */
function selectStages(
  namespace: string,
  origins: string[] | undefined,
): Selection & IndexSelection {
  return origins?.length === 1
    ? {
        namespace,
        index: {
          name: 'requestedOrigin',
          value: originKey({ kind: 'Warehouse', name: origins[0] }),
        },
      }
    : { namespace };
}

function requestsAny(stage: Stage, origins: string[] | undefined): boolean {
  return (
    origins === undefined ||
    stage.spec.requestedFreight.some(({ origin }) =>
      origins.includes(origin.name),
    )
  );
}

function watchStages(
  store: IndexedStore,
  options: Selection & IndexSelection,
  query: StagesQuery,
): Answer<never> {
  const { freightOrigins: origins = [] } = query;
  return origins.length < 2
    ? answerWatch({ store }, 'Stage', options, query)
    : answerWatch({ store }, 'Stage', options, query, stage =>
        requestsAny(stage, origins),
      );
}

const getStage = createRoute('getStage', {
  summary: 'Answers one Stage, or streams its changes',
  answers: { 200: 'Stage' },
  handle: async ({ stage, query, reads }, { store }) => {
    const { name, namespace } = stage.metadata;
    return query.watch
      ? answerWatch({ store }, 'Stage', { namespace, names: [name] }, query)
      : answerOne(reads, keyOf(stage));
  },
});

const deleteStage = createRoute('deleteStage', {
  summary: 'Deletes one Stage',
  answers: { 204: undefined },
  audit: { eventId: 'stage-update', actionType: 'delete' },
  handle: async ({ project, params, caller }, { admission }) => {
    await admission.delete(
      {
        kind: 'Stage',
        namespace: project.metadata.name,
        name: params.stage,
      },
      caller,
    );
    return { status: 204 };
  },
});

const refreshStage = createRoute('refreshStage', {
  summary:
    'Asks the engine to look at a Stage and its running Promotion again now',
  answers: { 200: undefined },
  audit: {
    eventId: 'stage-update',
    actionType: 'refresh',
    severityLevel: 'low',
  },
  handle: async ({ stage, project, caller }, services) => {
    await requestRefreshAs(caller, project, services, keyOf(stage));
    const running = stage.status?.currentPromotion?.name;
    const key = {
      kind: 'Promotion' as const,
      namespace: stage.metadata.namespace ?? '',
      name: running ?? '',
    };
    if (running && (await services.store.find(key))) {
      await requestRefresh(services, key);
    }
    return { status: 200 };
  },
});

const verifyStage = createRoute('verifyStage', {
  summary: 'Verifies the Freight that a Stage holds again',
  answers: { 200: undefined },
  audit: { eventId: 'stage-update', actionType: 'verify' },
  handle: async ({ stage, caller }, { store }) => {
    const newest = newestVerification(stage);
    if (!isVerificationTerminal(newest.phase)) {
      throw new ConflictError(
        `A verification of Stage '${stage.metadata.name}' is running; abort it first or wait for its end`,
      );
    }
    await annotate(store, stage, ANNOTATIONS.reverify, newest, caller.actor);
    return { status: 200 };
  },
});

const abortVerification = createRoute('abortVerification', {
  summary: 'Aborts the running verification of a Stage, if there is one',
  answers: { 200: undefined },
  audit: { eventId: 'stage-update', actionType: 'abort-verification' },
  handle: async ({ stage, caller }, { store }) => {
    const newest = newestVerification(stage);
    if (!isVerificationTerminal(newest.phase)) {
      await annotate(store, stage, ANNOTATIONS.abort, newest, caller.actor);
    }
    return { status: 200 };
  },
});

/** @throws ConflictError when nothing was ever verified of what the Stage holds. */
function newestVerification(stage: Stage): VerificationInfo {
  const current = currentFreight(stage);
  const newest = current?.verificationHistory?.[0];
  if (!newest) {
    throw new ConflictError(
      `Stage '${stage.metadata.name}' has nothing to verify: ${
        current
          ? 'the Freight it holds has not been verified a first time'
          : 'it holds no Freight'
      }`,
    );
  }
  return newest;
}

async function annotate(
  store: IndexedStore,
  stage: Stage,
  annotation: string,
  { id }: VerificationInfo,
  actor: string,
): Promise<void> {
  await store.patch(keyOf(stage), {
    metadata: { annotations: { [annotation]: JSON.stringify({ id, actor }) } },
  });
}

/** Stages and their verification. */
export const stageRoutes = [
  listStages,
  getStage,
  deleteStage,
  refreshStage,
  verifyStage,
  abortVerification,
];
