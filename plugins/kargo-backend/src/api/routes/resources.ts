import { InputError, NotFoundError, toError } from '@backstage/errors';
import {
  formatKey,
  JsonObject,
  kargoClusterManagePermission,
  kargoCredentialsManagePermission,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoStagePromotePermission,
  KindName,
  keyOf,
  KINDS,
  Project,
  Resource,
  ResourceKey,
  ResourceResult,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { Caller } from '../server/Caller';
import { errorAnswer } from '../server/errorAnswer';
import { parseManifests } from '../resources/parseManifests';
import { flag } from '../server/parseQuery';
import { redactSecret } from '../resources/redactSecret';
import {
  Answer,
  ApiServices,
  createManifestsRoute,
  Route,
} from '../server/route';

/** What is done to each document. */
type Verb = 'create' | 'update' | 'upsert' | 'delete';

/** One request for several documents. */
interface Batch {
  verb: Verb;
  caller: Caller;
  services: ApiServices;
  /** Projects that this request made; what is in them needs no further permission. */
  created: Set<string>;
}

const PERMISSIONS = [
  'kargo.project.create',
  'kargo.project.manage',
  'kargo.stage.promote',
  'kargo.credentials.manage',
  'kargo.cluster.manage',
];

const createResources = createManifestsRoute({
  method: 'post',
  path: '/resources',
  operationId: 'createResources',
  summary: 'Creates resources from manifests',
  ask: { scope: 'anyone' },
  alsoAsks: PERMISSIONS,
  answers: { 201: 'ResourceResults' },
  audit: { eventId: 'resources-apply', actionType: 'create' },
  handle: ({ body, caller }, services) =>
    handleAll(body, 201, batch('create', caller, services)),
});

const updateResources = createManifestsRoute({
  method: 'put',
  path: '/resources',
  operationId: 'updateResources',
  summary: 'Replaces resources by manifests',
  ask: { scope: 'anyone' },
  alsoAsks: PERMISSIONS,
  query: z.object({
    upsert: flag.optional().describe('Create what does not exist'),
  }),
  answers: { 200: 'ResourceResults' },
  audit: { eventId: 'resources-apply', actionType: 'update' },
  handle: ({ body, caller, query }, services) =>
    handleAll(
      body,
      200,
      batch(query.upsert ? 'upsert' : 'update', caller, services),
    ),
});

const deleteResources = createManifestsRoute({
  method: 'delete',
  path: '/resources',
  operationId: 'deleteResources',
  summary: 'Deletes the resources that manifests name',
  ask: { scope: 'anyone' },
  alsoAsks: PERMISSIONS,
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
  return { verb, caller, services, created: new Set() };
}

/** With one document its error is the request's; with several each has its own. */
async function handleAll(
  text: string,
  status: 200 | 201,
  all: Batch,
): Promise<Answer> {
  const documents = parseManifests(text);
  if (documents.length === 1) {
    const result = await handleOne(documents[0], all);
    return { status, body: { results: [result] }, audited: written([result]) };
  }
  const results: ResourceResult[] = new Array(documents.length);
  for (const index of inOrder(documents, all.verb)) {
    results[index] = await handleOne(documents[index], all).catch(error =>
      failure(error, all),
    );
  }
  return { status, body: { results }, audited: written(results) };
}

/** Most names that one entry of the audit log lists. */
const AUDITED = 100;

function written(results: ResourceResult[]): JsonObject {
  const resources = results
    .map(
      result =>
        result.createdResourceManifest ??
        result.updatedResourceManifest ??
        result.deletedResourceManifest,
    )
    .filter(resource => resource !== undefined)
    .map(resource => formatKey(keyOf(resource as unknown as Resource)));
  return {
    count: resources.length,
    failed: results.length - resources.length,
    resources: resources.slice(0, AUDITED),
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
  { verb, caller, services, created }: Batch,
): Promise<ResourceResult> {
  const { admission, store } = services;
  if (verb === 'delete') {
    const resource = await store.get(key);
    await admission.delete(key);
    return { deletedResourceManifest: shown(resource) };
  }
  if (verb === 'create') {
    const resource = await admission.create(manifest, caller);
    note(resource, created);
    return { createdResourceManifest: shown(resource) };
  }
  const { action, resource } = await admission.replace(manifest, caller, {
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
  const { access } = all.caller;
  if (key.kind === 'Event') {
    throw new InputError('Events are written by Kargo and cannot be applied');
  }
  if (key.kind === 'Project') {
    return demandOnProjectManifest(key, all);
  }
  if (!KINDS[key.kind as KindName].namespaced) {
    return access.demand(kargoClusterManagePermission);
  }
  const { sharedNamespace } = all.services;
  if (key.namespace === sharedNamespace || key.namespace === SYSTEM_NAMESPACE) {
    return access.demand(kargoClusterManagePermission);
  }
  if (all.created.has(key.namespace)) {
    return undefined;
  }
  const project = await getReadableProject(key.namespace, all);
  if (key.kind === 'Promotion') {
    return demandPromote(manifest, key, all);
  }
  return access.demandOnProject(
    key.kind === 'Secret'
      ? kargoCredentialsManagePermission
      : kargoProjectManagePermission,
    project,
  );
}

async function demandOnProjectManifest(
  key: ResourceKey,
  { verb, caller: { access }, services: { store } }: Batch,
): Promise<void> {
  const project = await store.find({ ...key, kind: 'Project' });
  if (verb === 'create' || (verb === 'upsert' && !project)) {
    return access.demand(kargoProjectCreatePermission);
  }
  if (!project || !(await access.mayRead(project))) {
    throw new NotFoundError(`Project '${key.name}' does not exist`);
  }
  return access.demandOnProject(kargoProjectManagePermission, project);
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

/** The stored Promotion says which Stage it is for; a new one says so itself. */
async function demandPromote(
  manifest: unknown,
  key: ResourceKey,
  { caller: { access }, services: { store } }: Batch,
): Promise<void> {
  const stored = key.name ? await store.find(key) : undefined;
  const names = [stored, manifest].flatMap(source => {
    const name = (source as { spec?: { stage?: unknown } } | undefined)?.spec
      ?.stage;
    return typeof name === 'string' && name ? [name] : [];
  });
  const { items: stages } = await store.list('Stage', {
    namespace: key.namespace,
    names: [...new Set(names)],
  });
  const missing = names.filter(
    name => !stages.some(stage => stage.metadata.name === name),
  );
  await access.demandOnStages(kargoStagePromotePermission, [
    ...stages,
    ...missing.map(name => ({ metadata: { name, namespace: key.namespace } })),
  ]);
}

/** Manifests in bulk. */
export const resourceRoutes: Route[] = [
  createResources,
  updateResources,
  deleteResources,
];
