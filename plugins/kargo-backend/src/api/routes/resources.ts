import { InputError, NotFoundError, toError } from '@backstage/errors';
import {
  FieldValidation,
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
import { z } from 'zod';
import { promotionRecord } from '../../logic/promotion/promotionRecord';
import { OperationNeeds } from '../../logic/roles/operationNeeds';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { Caller } from '../server/Caller';
import { errorAnswer } from '../server/errorAnswer';
import {
  isClusterManifest,
  tellClusterManifest,
  withNamespace,
} from '../resources/clusterManifests';
import {
  ManifestAsk,
  manifestAsks,
  ManifestVerb,
} from '../resources/manifestAsks';
import { manifestGrant } from '../resources/manifestGrant';
import { parseManifests } from '../resources/parseManifests';
import { SplitProject, splitProject } from '../resources/projectPolicies';
import { flag } from '../server/parseQuery';
import { redactSecret } from '../resources/redactSecret';
import { Answer, ApiServices, createRoute } from '../server/route';
import { anyKey } from '../../ports/kinds';

const fieldValidation = z
  .enum(['Strict', 'Warn', 'Ignore'])
  .optional()
  .describe(
    'What becomes of fields that nobody knows: refused, left out with a warning (the default), or left out in silence. Given, each result tells its warnings',
  );

/** How admission calls what a request may say of unknown fields. */
const UNKNOWN_FIELDS = {
  Strict: 'refuse',
  Warn: 'warn',
  Ignore: 'ignore',
} as const;

/** What is done to each document. */
type Verb = 'create' | 'update' | 'upsert' | 'delete';

/** Where a result says what was done, for what is only passed over. */
const RESULT_OF: Record<Verb, keyof ResourceResult> = {
  create: 'createdResourceManifest',
  update: 'updatedResourceManifest',
  upsert: 'updatedResourceManifest',
  delete: 'deletedResourceManifest',
};

/** One request for several documents. */
interface Batch {
  verb: Verb;
  validation: FieldValidation & { ifUnchanged?: boolean };
  documents: unknown[];
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
  query: { fieldValidation },
  answers: { 201: 'ResourceResults' },
  audit: { eventId: 'resources-apply', actionType: 'create' },
  handle: ({ body, caller, query }, services) =>
    handleAll(body, 201, batch('create', caller, services, query)),
});

const updateResources = createRoute('updateResources', {
  summary: 'Replaces resources by manifests',
  query: {
    upsert: flag.optional().describe('Create what does not exist'),
    ifUnchanged: flag
      .optional()
      .describe(
        'Refuse to replace what was changed since the `resourceVersion` of its manifest',
      ),
    fieldValidation,
  },
  answers: { 200: 'ResourceResults' },
  audit: { eventId: 'resources-apply', actionType: 'update' },
  handle: ({ body, caller, query }, services) =>
    handleAll(
      body,
      200,
      batch(query.upsert ? 'upsert' : 'update', caller, services, query),
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

function batch(
  verb: Verb,
  caller: Caller,
  services: ApiServices,
  validation: Batch['validation'] = {},
): Batch {
  const own = { documents: [], created: new Set<string>(), warnings: [] };
  return { verb, validation, caller, services, ...own };
}

/** With one document its error is the request's; with several each has its own. */
async function handleAll(
  bytes: Uint8Array,
  status: 200 | 201,
  all: Batch,
): Promise<Answer<ResourceResults>> {
  const { documents, warnings } = await parseManifests(bytes);
  const { fieldValidation: validation } = all.validation;
  if (validation === 'Strict' && warnings.length > 0) {
    throw new InputError(warnings.join('; '));
  }
  all.warnings.push(...(validation === 'Ignore' ? [] : warnings));
  all.documents.push(...documents);
  if (documents.length === 1) {
    const result = await handleWarned(documents[0], all);
    return answer(status, [result], all);
  }
  const results: ResourceResult[] = [];
  for (const document of inOrder(documents, all.verb)) {
    results.push(
      await handleWarned(document, all).catch(error => failure(error, all)),
    );
  }
  return answer(status, results, all);
}

/** Tells the warnings of a document with its result when the request asks for them. */
async function handleWarned(
  document: unknown,
  all: Batch,
): Promise<ResourceResult> {
  const before = all.warnings.length;
  const result = await handleOne(document, all);
  const warnings = all.warnings.slice(before);
  // Kargo's clients refuse results with a field that they do not know.
  return all.validation.fieldValidation && warnings.length > 0
    ? { ...result, warnings }
    : result;
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
function inOrder(documents: unknown[], verb: Verb): unknown[] {
  const isProject = (document: unknown) =>
    (document as { kind?: unknown } | null)?.kind === 'Project';
  const projects = documents.filter(isProject);
  const others = documents.filter(document => !isProject(document));
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
  document: unknown,
  all: Batch,
): Promise<ResourceResult> {
  if (isClusterManifest(document)) {
    all.warnings.push(tellClusterManifest(document));
    return { [RESULT_OF[all.verb]]: document };
  }
  const named = withNamespace(document, all.documents);
  const { project: manifest, config } = splitProject(
    all.validation.ifUnchanged ? named : withoutRevision(named),
  );
  const key = all.services.admission.keyOf(manifest);
  await demand(manifest, key, all);
  const result = await write(manifest, key, all);
  if (config && all.verb !== 'delete') {
    await keepPolicies(config, all);
  }
  return result;
}

/** Manifests are applied as they were exported, and the last writer wins. */
function withoutRevision(manifest: unknown): unknown {
  const { metadata } = (manifest ?? {}) as { metadata?: unknown };
  if (typeof metadata !== 'object' || metadata === null) {
    return manifest;
  }
  const { resourceVersion: _, ...rest } = metadata as Record<string, unknown>;
  return { ...(manifest as object), metadata: rest };
}

/** Policies of an older Project count while it has no ProjectConfig. */
async function keepPolicies(
  config: NonNullable<SplitProject['config']>,
  { caller, services, documents, warnings }: Batch,
): Promise<void> {
  const { name } = config.metadata;
  const place = `Project '${name}': spec.promotionPolicies belong into a ProjectConfig since Kargo 1.7`;
  const isBeside = documents.some(document => {
    const { kind, metadata } = (document ?? {}) as {
      kind?: unknown;
      metadata?: { namespace?: unknown };
    };
    return kind === 'ProjectConfig' && metadata?.namespace === name;
  });
  const key = {
    kind: 'ProjectConfig' as const,
    namespace: name,
    name,
  };
  if (isBeside || (await services.store.find(key))) {
    warnings.push(`${place}; it has one, which decides, and they are ignored`);
    return;
  }
  await services.admission.create(config, {
    actor: caller.actor,
    warn: warning => warnings.push(warning),
  });
  warnings.push(`${place}; one was made of them`);
}

async function write(
  manifest: unknown,
  key: ResourceKey,
  { verb, validation, caller, services, created, warnings }: Batch,
): Promise<ResourceResult> {
  const { admission, store } = services;
  const requester = {
    actor: caller.actor,
    warn: (warning: string) => warnings.push(warning),
    unknownFields: UNKNOWN_FIELDS[validation.fieldValidation ?? 'Warn'],
  };
  if (verb === 'delete') {
    const resource = await store.get(anyKey(key));
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
      ? await store.find(anyKey(key))
      : undefined;
  const verb = verbOf(all.verb, key, stored);
  const asks = manifestAsks({ verb, key, manifest, stored, isShared });
  const name = projectOf(key, verb, isShared);
  const project =
    name === undefined ? undefined : await getReadableProject(name, all);
  const isDecided = all.caller.access.decideByRules(
    manifestNeeds(
      verbsOf(verb, all.verb, key),
      key,
      isShared ? sharedPlace(key, all) : undefined,
    ),
    key.kind === 'Project' ? key.name : key.namespace,
  );
  for (const ask of asks) {
    // What is asked about Stages depends on the manifest, also by rules.
    if (!isDecided || ask.on === 'stages') {
      await demandOne(ask, project, key, all);
    }
  }
  if (project) {
    const rights = await manifestGrant(store, project, verb, key, manifest);
    await all.caller.access.demandGrant(rights, project);
  }
}

function sharedPlace(
  { namespace }: ResourceKey,
  { services }: Batch,
): 'shared' | 'system' {
  return namespace === services.sharedNamespace ? 'shared' : 'system';
}

/** An upsert of what nobody has looked for may do both. */
function verbsOf(
  verb: ManifestVerb,
  asked: Verb,
  { kind }: ResourceKey,
): ManifestVerb[] {
  return asked === 'upsert' && !DEPEND_ON_STORED.has(kind)
    ? ['create', 'update']
    : [verb];
}

/** What a role must allow for a manifest, in Kargo's own terms. */
function manifestNeeds(
  verbs: ManifestVerb[],
  { kind, name }: ResourceKey,
  shared: 'shared' | 'system' | undefined,
): OperationNeeds {
  const { plural, namespaced } = KINDS[kind as KindName];
  const isOwnProject = kind === 'Project' && !verbs.includes('create');
  const place = namespaced || isOwnProject ? 'project' : 'installation';
  const needs = verbs.map(verb => ({
    verb,
    resource: plural,
    ...(name && { name }),
  }));
  return { place: shared ?? place, sets: [needs] };
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
