import {
  ANNOTATIONS,
  ImageMatrix,
  Project,
  Stage,
  FreightCollection,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import {
  answerList,
  answerOne,
  answerWatch,
  listBody,
} from '../server/answers';
import { Caller } from '../server/Caller';
import { flag, names, newest, wholeNumber } from '../server/parseQuery';
import { requestRefreshAs } from '../resources/requestRefresh';
import { newestEvents, watchAllEvents } from '../resources/allEvents';
import { summarizeProjects } from '../resources/summarizeProjects';
import { createRoute } from '../server/route';

/** Projects that are summed up at once. */
const MOST_SUMMARIES = 100;

const listProjects = createRoute('listProjects', {
  summary: 'Lists the projects that the caller may read',
  query: {
    filter: z.string().optional().describe('Part of the name, in any case'),
    mine: flag
      .optional()
      .describe('Only projects that the caller created or owns in the catalog'),
    mineFirst: flag
      .optional()
      .describe('Those that the caller created or owns before all others'),
    uid: names.optional().describe('Only projects with one of these uids'),
    pageSize: wholeNumber.optional(),
    page: wholeNumber.optional().describe('Counts from 0'),
  },
  answers: { 200: 'ProjectList' },
  handle: async ({ query, caller }, services) => {
    const { filter = '', uid, mine, mineFirst, pageSize, page = 0 } = query;
    const { items } = await services.store.list('Project');
    const wanted = filter.toLocaleLowerCase('en-US');
    const asked = items.filter(
      ({ metadata }) =>
        metadata.name.includes(wanted) && (uid?.includes(metadata.uid) ?? true),
    );
    const readable = await keep(asked, projects =>
      caller.access.mayReadAll(projects),
    );
    const own =
      mine || mineFirst
        ? await keep(readable, projects => areMine(projects, caller))
        : [];
    const others = readable.filter(project => !own.includes(project));
    const found = mine ? own : [...own, ...others];
    const body = {
      items: pageSize
        ? found.slice(page * pageSize, (page + 1) * pageSize)
        : found,
      total: found.length,
      ...(mineFirst && { mine: own.length }),
    };
    return { status: 200, body };
  },
});

async function keep<T>(
  items: T[],
  judge: (items: T[]) => Promise<boolean[]>,
): Promise<T[]> {
  const verdicts = await judge(items);
  return items.filter((_, index) => verdicts[index]);
}

/** Whether the caller made each project, or owns it in the catalog. */
async function areMine(
  projects: Project[],
  { actor, access }: Caller,
): Promise<boolean[]> {
  const claims = await access.claims();
  return Promise.all(
    projects.map(async project => {
      const owners = await access.ownersOf(project);
      return (
        project.metadata.annotations?.[ANNOTATIONS.createActor] === actor ||
        owners.some(owner => claims.has(owner))
      );
    }),
  );
}

const listProjectSummaries = createRoute('listProjectSummaries', {
  summary:
    'Tells of projects at a glance how their Stages are, what waits for the caller and what for others, and what was promoted last. Leaves out what the caller may not see, and what has more than 2,500 Stages together with those before it',
  query: {
    project: names
      .max(MOST_SUMMARIES, { error: `expected ${MOST_SUMMARIES} at most` })
      .describe('Names of projects, 100 at most'),
  },
  answers: { 200: 'ProjectSummaries' },
  handle: async ({ query, caller, reads }, { store, clock }) => {
    const { access } = caller;
    const sources = { store, reads, access, nowMs: clock.now() };
    const items = await summarizeProjects(sources, query.project);
    return { status: 200, body: { items } };
  },
});

const getProject = createRoute('getProject', {
  summary: 'Answers one project, or streams its changes',
  answers: { 200: 'Project' },
  handle: async ({ project, query, reads }, { store }) => {
    const { name } = project.metadata;
    return query.watch
      ? answerWatch(
          { store },
          'Project',
          { namespace: '', names: [name] },
          query,
        )
      : answerOne(reads, { kind: 'Project', namespace: '', name });
  },
});

const deleteProject = createRoute('deleteProject', {
  summary: 'Deletes a project with everything in it',
  answers: { 204: undefined },
  audit: {
    eventId: 'project-update',
    actionType: 'delete',
    severityLevel: 'high',
  },
  handle: async ({ project, caller }, { admission }) => {
    const { name } = project.metadata;
    await admission.delete({ kind: 'Project', namespace: '', name }, caller);
    return { status: 204 };
  },
});

function configKey(name: string) {
  return { kind: 'ProjectConfig' as const, namespace: name, name };
}

const getProjectConfig = createRoute('getProjectConfig', {
  summary: 'Answers the configuration of a project, or streams its changes',
  answers: { 200: 'ProjectConfig' },
  readsAhead: ({ project }) => [configKey(project)],
  handle: async ({ params, query, reads }, { store }) => {
    const { kind, namespace, name } = configKey(params.project);
    const one = await answerOne(reads, { kind, namespace, name });
    return query.watch
      ? answerWatch({ store }, kind, { namespace, names: [name] }, query)
      : one;
  },
});

const deleteProjectConfig = createRoute('deleteProjectConfig', {
  summary: 'Deletes the configuration of a project',
  answers: { 204: undefined },
  audit: { eventId: 'projectconfig-update', actionType: 'delete' },
  handle: async ({ project, caller }, { admission }) => {
    await admission.delete(configKey(project.metadata.name), caller);
    return { status: 204 };
  },
});

const refreshProjectConfig = createRoute('refreshProjectConfig', {
  summary:
    'Asks the engine to look at the configuration of a project again now',
  answers: { 200: undefined },
  audit: {
    eventId: 'projectconfig-update',
    actionType: 'refresh',
    severityLevel: 'low',
  },
  handle: async ({ project, caller }, services) => {
    const { name } = project.metadata;
    await requestRefreshAs(caller, project, services, configKey(name));
    return { status: 200 };
  },
});

const listWebhookDeliveries = createRoute('listProjectWebhookDeliveries', {
  summary:
    'Lists the last requests that came to the webhook receivers of a project, newest first',
  answers: { 200: 'WebhookDeliveries' },
  handle: async ({ project }, { webhookDeliveries }) => ({
    status: 200,
    body: { items: await webhookDeliveries.list(project.metadata.name) },
  }),
});

const listEvents = createRoute('listEvents', {
  summary: 'Lists what happened in a project, newest first',
  query: {
    object: z.string().optional().describe('Only of this: `<kind>/<name>`'),
    newest,
  },
  answers: { 200: 'EventList' },
  handle: ({ project, query }, { store }) =>
    answerList(store, 'Event', {
      namespace: project.metadata.name,
      orderBy: 'lastTimestamp',
      descending: true,
      ...(query.object && {
        index: { name: 'involvedObject', value: query.object },
      }),
      ...(query.newest && { limit: query.newest }),
    }),
});

const listAllEvents = createRoute('listAllEvents', {
  summary:
    'Lists what happened in all projects whose events the caller may read, newest first: 500 at most, among the newest 5,000; or streams what happens, from a revision on, in frames {type, resourceVersion, object} and bookmarks without an object',
  query: { newest },
  answers: { 200: 'EventList' },
  handle: async ({ query, caller: { access } }, { store, clock }) => {
    const sources = { store, access, clock };
    return query.watch
      ? watchAllEvents(sources, query)
      : {
          status: 200,
          body: listBody('Event', await newestEvents(sources, query.newest)),
        };
  },
});

const listImages = createRoute('listImages', {
  summary: 'Tells which image tags the Stages of a project hold and held',
  answers: { 200: 'ImageMatrix' },
  handle: async ({ project }, { store }) => {
    const { items } = await store.list('Stage', {
      namespace: project.metadata.name,
    });
    return { status: 200, body: imageMatrix(items) };
  },
});

/** Image repositories, their tags, and the Stages that hold them; 0 is now. */
export function imageMatrix(stages: Stage[]): ImageMatrix {
  const positions = new Map<string, Map<string, Map<string, number>>>();
  for (const { metadata, status } of stages) {
    (status?.freightHistory ?? []).forEach((collection, index) => {
      for (const { repoURL, tag } of imagesOf(collection)) {
        const holders = entry(entry(positions, repoURL), tag);
        // The newest mention counts; history is newest first.
        if (!holders.has(metadata.name)) {
          holders.set(metadata.name, index);
        }
      }
    });
  }
  return toRecord(positions, tags => ({
    tags: toRecord(tags, holders => ({ stages: toRecord(holders, at => at) })),
  }));
}

function entry<V>(
  map: Map<string, Map<string, V>>,
  key: string,
): Map<string, V> {
  const found = map.get(key) ?? new Map<string, V>();
  map.set(key, found);
  return found;
}

function toRecord<V, R>(
  map: Map<string, V>,
  convert: (value: V) => R,
): Record<string, R> {
  return Object.fromEntries(
    [...map].map(([key, value]) => [key, convert(value)]),
  );
}

function imagesOf({ items }: FreightCollection) {
  return Object.values(items).flatMap(({ images = [] }) =>
    images.flatMap(({ repoURL, tag }) => (tag ? [{ repoURL, tag }] : [])),
  );
}

/** Projects, their configuration, and what is told about a project as a whole. */
export const projectRoutes = [
  listProjects,
  listProjectSummaries,
  getProject,
  deleteProject,
  getProjectConfig,
  deleteProjectConfig,
  refreshProjectConfig,
  listWebhookDeliveries,
  listEvents,
  listAllEvents,
  listImages,
];
