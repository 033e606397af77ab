import { InputError, NotFoundError, toError } from '@backstage/errors';
import {
  formatKey,
  JsonObject,
  KindName,
  keyOf,
  KINDS,
  Project,
  Promotion,
  Resource,
  ResourceKey,
  ResourceResult,
  ResourceResults,
} from 'backstage-plugin-kargo-common';
import { promotionRecord } from '../../logic/promotion/promotionRecord';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { Caller } from '../server/Caller';
import { errorAnswer } from '../server/errorAnswer';
import {
  ManifestAsk,
  manifestAsks,
  ManifestVerb,
} from '../resources/manifestAsks';
import { parseManifests } from '../resources/parseManifests';
import { flag } from '../server/parseQuery';
import { redactSecret } from '../resources/redactSecret';
import { Answer, ApiServices, createRoute } from '../server/route';

/** What is done to each document. */
type Verb = 'create' | 'update' | 'upsert' | 'delete';

/** One request for several documents. */
interface Batch {
  verb: Verb;
  caller: Caller;
  services: ApiServices;
  /** Projects that this request made; what is in them needs no further permission. */
  created: Set<string>;
  /** What was read or ignored in another way than its author may think. */
  warnings: string[];
}

/** Kinds of which what is stored decides what is asked. */
const DEPEND_ON_STORED = new Set(['Project', 'Promotion', 'Stage']);

const createResources = createRoute('createResources', {
  summary: 'Creates resources from manifests',
  answers: { 201: 'ResourceResults' },
  audit: { eventId: 'resources-apply', actionType: 'create' },
  handle: ({ body, caller }, services) =>
    handleAll(body, 201, batch('create', caller, services)),
});

const updateResources = createRoute('updateResources', {
  summary: 'Replaces resources by manifests',
  query: {
    upsert: flag.optional().describe('Create what does not exist'),
  },
  answers: { 200: 'ResourceResults' },
  audit: { eventId: 'resources-apply', actionType: 'update' },
  handle: ({ body, caller, query }, services) =>
    handleAll(
      body,
      200,
      batch(query.upsert ? 'upsert' : 'update', caller, services),
    ),
});

const deleteResources = createRoute('deleteResources', {
  summary: 'Deletes the resources that manifests name',
  answers: { 200: 'ResourceResults' },
  audit: {
    eventId: 'resources-apply',
    actionType: 'delete',
    severityLevel: 'high',
  },
  handle: ({ body, caller }, services) =>
    handleAll(body, 200, batch('delete', caller, services)),
});

function batch(verb: Verb, caller: Caller, services: ApiServices): Batch {
  return { verb, caller, services, created: new Set(), warnings: [] };
}

/** With one document its error is the request's; with several each has its own. */
async function handleAll(
  bytes: Uint8Array,
  status: 200 | 201,
  all: Batch,
): Promise<Answer<ResourceResults>> {
  const { documents, warnings } = await parseManifests(bytes);
  all.warnings.push(...warnings);
  if (documents.length === 1) {
    const result = await handleOne(documents[0], all);
    return answer(status, [result], all);
  }
  const results: ResourceResult[] = new Array(documents.length);
  for (const index of inOrder(documents, all.verb)) {
    results[index] = await handleOne(documents[index], all).catch(error =>
      failure(error, all),
    );
  }
  return answer(status, results, all);
}

function answer(
  status: 200 | 201,
  results: ResourceResult[],
  { warnings }: Batch,
): Answer<ResourceResults> {
  return { status, body: { results }, audited: written(results), warnings };
}

/** Most names that one entry of the audit log lists. */
const AUDITED = 100;

function written(results: ResourceResult[]): JsonObject {
  const resources = results.flatMap(result => {
    const resource =
      result.createdResourceManifest ??
      result.updatedResourceManifest ??
      result.deletedResourceManifest;
    return resource ? [resource as unknown as Resource] : [];
  });
  const deleted = results.flatMap(({ deletedResourceManifest }) =>
    deletedResourceManifest?.kind === 'Promotion'
      ? [promotionRecord(deletedResourceManifest as unknown as Promotion)]
      : [],
  );
  return {
    count: resources.length,
    failed: results.length - resources.length,
    resources: resources
      .slice(0, AUDITED)
      .map(resource => formatKey(keyOf(resource))),
    ...(deleted.length > 0 && {
      deletedPromotions: deleted.slice(0, AUDITED),
    }),
  };
}

/** Projects come first when they are made and last when they go. */
function inOrder(documents: unknown[], verb: Verb): number[] {
  const isProject = (index: number) =>
    (documents[index] as { kind?: unknown } | null)?.kind === 'Project';
  const indexes = [...documents.keys()];
  const projects = indexes.filter(isProject);
  const others = indexes.filter(index => !isProject(index));
  return verb === 'delete'
    ? [...others, ...projects]
    : [...projects, ...others];
}

function failure(error: unknown, { services }: Batch): ResourceResult {
  const { status, body } = errorAnswer(error);
  if (status === 500) {
    services.logger.error('A manifest failed', toError(error));
  }
  return { error: body.error };
}

async function handleOne(
  manifest: unknown,
  all: Batch,
): Promise<ResourceResult> {
  const key = all.services.admission.keyOf(manifest);
  await demand(manifest, key, all);
  return write(manifest, key, all);
}

async function write(
  manifest: unknown,
  key: ResourceKey,
  { verb, caller, services, created, warnings }: Batch,
): Promise<ResourceResult> {
  const { admission, store } = services;
  const requester = {
    actor: caller.actor,
    warn: (warning: string) => warnings.push(warning),
  };
  if (verb === 'delete') {
    const resource = await store.get(key);
    await admission.delete(key, caller);
    return { deletedResourceManifest: shown(resource) };
  }
  if (verb === 'create') {
    const resource = await admission.create(manifest, requester);
    note(resource, created);
    return { createdResourceManifest: shown(resource) };
  }
  const { action, resource } = await admission.replace(manifest, requester, {
    upsert: verb === 'upsert',
  });
  if (action === 'created') {
    note(resource, created);
    return { createdResourceManifest: shown(resource) };
  }
  return { updatedResourceManifest: shown(resource) };
}

function note(resource: Resource, created: Set<string>): void {
  if (resource.kind === 'Project') {
    created.add(resource.metadata.name);
  }
}

function shown(resource: Resource) {
  return JSON.parse(JSON.stringify(redactSecret(resource)));
}

/** Asks whether the caller may do this to what the manifest names. */
async function demand(
  manifest: unknown,
  key: ResourceKey,
  all: Batch,
): Promise<void> {
  const { store, sharedNamespace } = all.services;
  if (all.created.has(key.namespace)) {
    return;
  }
  const isShared =
    key.namespace === sharedNamespace || key.namespace === SYSTEM_NAMESPACE;
  const stored =
    key.name && DEPEND_ON_STORED.has(key.kind)
      ? await store.find(key)
      : undefined;
  const verb = verbOf(all.verb, key, stored);
  const asks = manifestAsks({ verb, key, manifest, stored, isShared });
  const name = projectOf(key, verb, isShared);
  const project =
    name === undefined ? undefined : await getReadableProject(name, all);
  for (const ask of asks) {
    await demandOne(ask, project, key, all);
  }
}

/** The name of the project that must exist and be readable; `undefined` when there is none. */
function projectOf(
  { kind, namespace, name }: ResourceKey,
  verb: ManifestVerb,
  isShared: boolean,
): string | undefined {
  if (kind === 'Project') {
    return verb === 'create' ? undefined : name;
  }
  return isShared || !KINDS[kind as KindName].namespaced
    ? undefined
    : namespace;
}

/** An upsert creates what does not exist. */
function verbOf(
  verb: Verb,
  { kind }: ResourceKey,
  stored: Resource | undefined,
): ManifestVerb {
  if (verb !== 'upsert') {
    return verb;
  }
  return DEPEND_ON_STORED.has(kind) && !stored ? 'create' : 'update';
}

async function demandOne(
  ask: ManifestAsk,
  project: Project | undefined,
  { namespace }: ResourceKey,
  { caller: { access }, services: { store } }: Batch,
): Promise<void> {
  switch (ask.on) {
    case 'installation':
      return access.demand(ask.permission);
    case 'project':
      return access.demandOnProject(ask.permission, project!);
    default: {
      const { items } = await store.list('Stage', {
        namespace,
        names: ask.stages,
      });
      const missing = ask.stages
        .filter(name => !items.some(stage => stage.metadata.name === name))
        .map(name => ({ metadata: { name, namespace } }));
      return access.demandOnStages(ask.permission, [...items, ...missing]);
    }
  }
}

/** @throws NotFoundError also for a project that the caller may not read. */
async function getReadableProject(
  name: string,
  { caller: { access }, services: { store } }: Batch,
): Promise<Project> {
  if (!name) {
    throw new InputError(
      'metadata.namespace: expected the name of the Project it belongs to',
    );
  }
  const project = await store.find({
    kind: 'Project',
    namespace: '',
    name,
  });
  if (!project || !(await access.mayRead(project))) {
    throw new NotFoundError(`Project '${name}' does not exist`);
  }
  return project;
}

/** Manifests in bulk. */
export const resourceRoutes = [
  createResources,
  updateResources,
  deleteResources,
];
