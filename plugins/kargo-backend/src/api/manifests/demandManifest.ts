import { InputError } from '@backstage/errors';
import {
  formatKey,
  KindName,
  KINDS,
  problemAt,
  Project,
  Resource,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { missingProject } from '../../logic/admission/metadataProblems';
import { InvalidResourceError } from '../../logic/admission/InvalidResourceError';
import { OperationNeeds } from '../../logic/roles/operationNeeds';
import {
  KARGO_NAMESPACE,
  SYSTEM_NAMESPACE,
} from '../../logic/sharedNamespaces';
import { anyKey } from '../../ports/kinds';
import {
  ManifestAsk,
  manifestAsks,
  ManifestVerb,
} from '../resources/manifestAsks';
import { getReadableProject } from '../resources/getReadableProject';
import { manifestGrant } from '../resources/manifestGrant';
import { RequestReads } from '../server/RequestReads';
import { BatchVerb, ManifestBatch } from './ManifestBatch';

/** Kinds of which what is stored decides what is asked. */
const DEPEND_ON_STORED = new Set(['Project', 'Promotion', 'Stage']);

/**
 * Asks whether the caller may do this to what the manifest names.
 *
 * @returns what was asked about; nothing where this request makes the project, too
 */
export async function demandManifest(
  manifest: unknown,
  key: ResourceKey,
  all: ManifestBatch,
): Promise<ManifestVerb | undefined> {
  const { store, sharedNamespace } = all.services;
  await demandIdentity(manifest, key, all);
  const place = { kind: 'Project', namespace: '', name: key.namespace };
  if (all.created.has(formatKey(place))) {
    return undefined;
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
    name === undefined ? undefined : await demandProject(name, all);
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
  return verb;
}

/**
 * Asks that a manifest says what it is about: what may be done to nothing is nobody's right.
 *
 * @throws InvalidResourceError, also with everything else that is wrong with what is to be stored
 */
async function demandIdentity(
  manifest: unknown,
  key: ResourceKey,
  { verb, caller, services }: ManifestBatch,
): Promise<void> {
  const kind = key.kind as KindName;
  const isPlaced = !KINDS[kind].namespaced || key.namespace !== '';
  const isNamed = key.name !== '' || verb === 'create' || verb === 'upsert';
  if (isPlaced && isNamed) {
    return;
  }
  if (verb !== 'delete') {
    await services.admission.check(manifest, { actor: caller.actor });
  }
  throw new InvalidResourceError(kind, [
    ...(isNamed ? [] : [problemAt(manifest, ['metadata', 'name'], 'a name')]),
    ...(isPlaced ? [] : [missingProject(manifest)]),
  ]);
}

function sharedPlace(
  { namespace }: ResourceKey,
  { services }: ManifestBatch,
): 'shared' | 'system' {
  return namespace === services.sharedNamespace ? 'shared' : 'system';
}

/** An upsert of what nobody has looked for may do both. */
function verbsOf(
  verb: ManifestVerb,
  asked: BatchVerb,
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
  verb: BatchVerb,
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
  { caller: { access }, services: { store } }: ManifestBatch,
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
async function demandProject(
  name: string,
  { caller: { access }, services: { store } }: ManifestBatch,
): Promise<Project> {
  if (name === KARGO_NAMESPACE) {
    throw new InputError(
      `metadata.namespace: expected the name of a Project. Nothing is kept in '${name}': the configuration of the portal tells who has the roles of the installation, kargo.roles`,
    );
  }
  return getReadableProject(RequestReads.of(store), access, name);
}
