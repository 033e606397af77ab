import { InputError } from '@backstage/errors';
import {
  entryOf,
  Freight,
  FreightGroups,
  kargoStageApprovePermission,
  keyOf,
  originKey,
  QueryOf,
  Stage,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { freightEvent } from '../../logic/events';
import { toTimestamp } from '../../logic/timestamps';
import { IndexedListOptions } from '../../ports/ResourceIndex';
import { answerWatch, inPages, PAGE_SIZE, readPages } from '../server/answers';
import { readFreightCommits } from '../resources/freightCommits';
import { freightKey, getFreight, showFreight } from '../resources/getFreight';
import { getStage, stageInQuery } from '../resources/getStage';
import { groupFreight } from '../resources/groupFreight';
import { flag, names, newest, WatchQuery } from '../server/parseQuery';
import { listAvailableFreight } from '../resources/listAvailableFreight';
import { Answer, ApiServices, createRoute } from '../server/route';

const freightQuery = {
  stage: z.string().optional().describe('Only what may be promoted there'),
  origins: names.optional().describe('Names of Warehouses'),
  groupBy: z.enum(['image_repo', 'git_repo', 'chart_repo']).optional(),
  group: z.string().optional().describe('Only this group; needs groupBy'),
  orderBy: z
    .enum(['first_seen', 'tag'])
    .optional()
    .describe('`tag` needs grouping by image or chart repository'),
  reverse: flag.optional(),
  newest,
};

const STAGE_IS_NOT_WATCHED =
  "Parameter 'stage' is ignored: what may be promoted to a Stage is computed and cannot be watched";

type FreightQuery = QueryOf<'queryFreight'> & WatchQuery;

const listFreight = createRoute('queryFreight', {
  summary: 'Lists the Freight of a project, in groups, or streams its changes',
  query: freightQuery,
  answers: { 200: 'FreightGroups' },
  readsAhead: stageInQuery,
  handle: async ({ project, query, reads }, services) => {
    checkQuery(query);
    const { name } = project.metadata;
    if (query.watch) {
      const answer = watchFreight(services, name, query);
      return query.stage === undefined
        ? answer
        : { ...answer, warnings: [STAGE_IS_NOT_WATCHED] };
    }
    if (query.stage !== undefined) {
      const stage = await getStage(reads, name, query.stage);
      const freight = await listForStage(services, stage, query);
      return groupsOf(freight, query, '');
    }
    if (query.groupBy) {
      return answerGroups(services, name, query);
    }
    return query.newest
      ? answerNewest(services, name, query, query.newest)
      : answerUngrouped(services, name, query);
  },
});

function checkQuery(query: FreightQuery): void {
  if (query.newest && (query.groupBy || query.stage !== undefined)) {
    throw new InputError(
      "Parameter 'newest' goes with neither 'groupBy' nor 'stage'",
    );
  }
  if (query.group !== undefined && !query.groupBy) {
    throw new InputError("Parameter 'group' needs 'groupBy'");
  }
  if (
    query.orderBy === 'tag' &&
    query.groupBy !== 'image_repo' &&
    query.groupBy !== 'chart_repo'
  ) {
    throw new InputError(
      "Parameter 'orderBy' can be 'tag' only with 'groupBy' image_repo or chart_repo",
    );
  }
}

function watchFreight(
  { store }: ApiServices,
  project: string,
  query: FreightQuery,
): Answer<never> {
  const [first, ...others] = query.origins ?? [];
  const isOne = first !== undefined && others.length === 0;
  const options = {
    namespace: project,
    ...(isOne && {
      index: {
        name: 'origin',
        value: originKey({ kind: 'Warehouse', name: first }),
      },
    }),
  };
  return others.length === 0
    ? answerWatch({ store }, 'Freight', options, query)
    : answerWatch(
        { store },
        'Freight',
        options,
        query,
        freight => query.origins?.includes(freight.origin.name) ?? true,
      );
}

/** What may be promoted to a Stage now, newest first. */
async function listForStage(
  { store, clock }: ApiServices,
  stage: Stage,
  { origins }: FreightQuery,
): Promise<Freight[]> {
  const freight = await listAvailableFreight(store, stage, clock.now());
  return freight.filter(({ origin }) => origins?.includes(origin.name) ?? true);
}

function groupsOf(
  freight: Freight[],
  query: FreightQuery,
  resourceVersion: string,
): Answer<FreightGroups> {
  const groups = new Map(
    [...groupFreight(freight, query)].map(([name, items]) => [
      name,
      () => inPages(items),
    ]),
  );
  return { head: { resourceVersion }, groups };
}

/** All Freight, or that of some Warehouses, in groups. */
async function answerGroups(
  { store }: ApiServices,
  project: string,
  query: FreightQuery,
): Promise<Answer<FreightGroups>> {
  const newestFirst = selectFreight(project, query.origins, true);
  const { first, pages } = await readPages(store, 'Freight', newestFirst);
  const freight: Freight[] = [];
  for await (const items of pages()) {
    freight.push(...items);
  }
  return groupsOf(freight, query, first.resourceVersion);
}

/** The same in one list, which is sent while it is read, so that it may be long. */
async function answerUngrouped(
  { store }: ApiServices,
  project: string,
  { origins, reverse = false }: FreightQuery,
): Promise<Answer<FreightGroups>> {
  const selection = selectFreight(project, origins, reverse);
  const { first, pages } = await readPages(store, 'Freight', selection);
  const { resourceVersion } = first;
  return { head: { resourceVersion }, groups: new Map([['', pages]]) };
}

async function answerNewest(
  { store }: ApiServices,
  project: string,
  { origins }: FreightQuery,
  wanted: number,
): Promise<Answer<FreightGroups>> {
  const { items, resourceVersion } = await store.list('Freight', {
    ...selectFreight(project, origins, true),
    limit: Math.min(wanted, PAGE_SIZE),
  });
  return { status: 200, body: { groups: { '': { items } }, resourceVersion } };
}

/** Freight of a project, of some Warehouses if they are named, by its age. */
function selectFreight(
  project: string,
  origins: string[] | undefined,
  descending: boolean,
): IndexedListOptions {
  const index = origins && {
    name: 'origin',
    value: origins.map(name => originKey({ kind: 'Warehouse', name })),
  };
  return {
    namespace: project,
    ...(index && { index }),
    ...{ orderBy: 'age', descending },
  };
}

const getOneFreight = createRoute('getFreight', {
  summary: 'Answers Freight by name or alias, or streams its changes',
  answers: { 200: 'Freight' },
  readsAhead: ({ project, freight }) => [freightKey(project, freight)],
  handle: async ({ project, params, query, reads }, { store }) => {
    const namespace = project.metadata.name;
    const { resource, resourceVersion } = await showFreight(
      { store, reads },
      namespace,
      params.freight,
    );
    return query.watch
      ? answerWatch(
          { store },
          'Freight',
          { namespace, names: [resource.metadata.name] },
          query,
        )
      : { status: 200, body: resource, resourceVersion };
  },
});

const deleteFreight = createRoute('deleteFreight', {
  summary: 'Deletes Freight that no Stage holds',
  answers: { 204: undefined },
  audit: { eventId: 'freight-update', actionType: 'delete' },
  handle: async ({ project, params, caller, reads }, { store, admission }) => {
    const freight = await getFreight(
      { store, reads },
      project.metadata.name,
      params.freight,
    );
    await admission.delete(keyOf(freight), caller);
    return { status: 204 };
  },
});

const patchFreightAlias = createRoute('patchFreightAlias', {
  summary: 'Gives Freight another alias',
  query: { newAlias: z.string().min(1) },
  answers: { 200: undefined },
  audit: { eventId: 'freight-update', actionType: 'alias' },
  handle: async ({ project, params, query, caller, reads }, services) => {
    const { store, admission } = services;
    const freight = await getFreight(
      { store, reads },
      project.metadata.name,
      params.freight,
    );
    await admission.replace({ ...freight, alias: query.newAlias }, caller);
    return { status: 200 };
  },
});

const approveFreight = createRoute('approveFreight', {
  summary: 'Approves Freight for a Stage past verification and soak time',
  query: { stage: z.string().min(1) },
  answers: { 200: undefined },
  audit: { eventId: 'freight-approve', actionType: 'approve' },
  handle: async ({ project, params, query, caller, reads }, services) => {
    const { store } = services;
    const namespace = project.metadata.name;
    const stage = await getStage(reads, namespace, query.stage);
    await caller.access.demandOnStages(kargoStageApprovePermission, [stage]);
    const freight = await getFreight(
      { store, reads },
      namespace,
      params.freight,
    );
    await approve(freight, stage, caller.actor, services);
    return { status: 200 };
  },
});

/** Approving twice is the same as approving once. */
async function approve(
  freight: Freight,
  stage: Stage,
  actor: string,
  { clock, ids, events }: ApiServices,
): Promise<void> {
  const { name } = stage.metadata;
  const key = originKey(freight.origin);
  const isRequested = stage.spec.requestedFreight.some(
    request => originKey(request.origin) === key,
  );
  if (!isRequested) {
    throw new InputError(
      `Stage '${name}' does not request Freight from ${key}`,
    );
  }
  if (entryOf(freight.status?.approvedFor, name)) {
    return;
  }
  const now = toTimestamp(clock.now());
  const patch = { approvedFor: { [name]: { approvedAt: now } } };
  const context = { now, id: ids.ulid(), component: 'api-server', actor };
  await events.publishWith(
    [{ patchStatus: { key: keyOf(freight), patch } }],
    [
      ([approved]) =>
        freightEvent('FreightApproved', approved as Freight, name, context, {
          message: `Freight approved for Stage '${name}' by ${actor}`,
        }),
    ],
  );
}

const listFreightCommits = createRoute('listFreightCommits', {
  summary:
    'Lists the commits between what a Stage holds and Freight, by name or alias',
  answers: { 200: 'FreightCommits' },
  readsAhead: ({ project, freight }) => [freightKey(project, freight)],
  handle: async ({ project, stage, params, reads }, services) => ({
    status: 200,
    body: await readFreightCommits(
      services,
      stage,
      await getFreight(
        { store: services.store, reads },
        project.metadata.name,
        params.freight,
      ),
    ),
  }),
});

/** Freight. */
export const freightRoutes = [
  listFreight,
  listFreightCommits,
  getOneFreight,
  deleteFreight,
  patchFreightAlias,
  approveFreight,
];
