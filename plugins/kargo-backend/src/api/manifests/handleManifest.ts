import { NotFoundError } from '@backstage/errors';
import {
  formatKey,
  keyOf,
  Resource,
  ResourceKey,
  ResourceResult,
} from 'backstage-plugin-kargo-common';
import {
  isClusterManifest,
  tellClusterManifest,
  withNamespace,
} from '../../logic/admission/clusterManifests';
import {
  hasProjectConfig,
  SplitProject,
  splitProject,
  tellProjectPolicies,
} from '../../logic/admission/projectPolicies';
import { findAnyway } from '../../ports/findAnyway';
import { AdmittedChange, ReplaceOptions } from '../../ports/ResourceAdmission';
import { redactSecret } from '../resources/redactSecret';
import { demandManifest } from './demandManifest';
import { BatchVerb, ManifestBatch } from './ManifestBatch';

/** How admission calls what a request may say of unknown fields. */
const UNKNOWN_FIELDS = {
  Strict: 'refuse',
  Warn: 'warn',
  Ignore: 'ignore',
} as const;

/** Where a result says what was done, for what is only passed over. */
const RESULT_OF: Record<BatchVerb, keyof ResourceResult> = {
  create: 'createdResourceManifest',
  update: 'updatedResourceManifest',
  upsert: 'updatedResourceManifest',
  delete: 'deletedResourceManifest',
};

/**
 * Does to one document what its request asks for, where the caller may.
 *
 * @throws InputError, NotFoundError, ConflictError, NotAllowedError
 */
export async function handleManifest(
  document: unknown,
  all: ManifestBatch,
): Promise<ResourceResult> {
  if (isClusterManifest(document)) {
    all.warnings.push(tellClusterManifest(document));
    return { [RESULT_OF[all.verb]]: document };
  }
  const whole = withNamespace(document, all.documents);
  const { project: manifest, config } = splitProject(
    all.validation.ifUnchanged ? whole : withoutRevision(whole),
  );
  const { admission } = all.services;
  const named = admission.keyOf(manifest);
  const asked = await demandManifest(manifest, named, all);
  const key = await admission.storedKeyOf(manifest);
  if (key.name !== named.name) {
    await demandManifest(manifest, key, all);
  }
  const result = await write(manifest, key, all, async existing => {
    // It was not there when that was asked.
    if (asked === 'create' || existing.metadata.name !== key.name) {
      await demandManifest(manifest, keyOf(existing), all);
    }
  });
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
  all: ManifestBatch,
): Promise<void> {
  const { caller, services, documents, warnings } = all;
  const { name } = config.metadata;
  const key = {
    kind: 'ProjectConfig' as const,
    namespace: name,
    name,
  };
  if (hasProjectConfig(name, documents) || (await services.store.find(key))) {
    warnings.push(tellProjectPolicies(name, 'ignored'));
    return;
  }
  await demandManifest(config, key, { ...all, verb: 'create' });
  if (all.validation.dryRun) {
    return;
  }
  await services.admission.create(config, {
    actor: caller.actor,
    warn: warning => warnings.push(warning),
  });
  warnings.push(tellProjectPolicies(name, 'made'));
}

async function write(
  manifest: unknown,
  key: ResourceKey,
  {
    verb,
    validation,
    caller,
    services,
    brought,
    created,
    warnings,
  }: ManifestBatch,
  beforeReplacing: ReplaceOptions['beforeReplacing'],
): Promise<ResourceResult> {
  const { admission, store } = services;
  const requester = {
    actor: caller.actor,
    brought,
    warn: (warning: string) => warnings.push(warning),
    unknownFields: UNKNOWN_FIELDS[validation.fieldValidation ?? 'Warn'],
  };
  if (verb === 'delete') {
    const resource = await findAnyway(store, key);
    if (!resource) {
      throw new NotFoundError(`${formatKey(key)} does not exist`);
    }
    await admission.delete(key, caller);
    return { deletedResourceManifest: shown(resource) };
  }
  if (validation.dryRun) {
    const { action, resource } = await admission.rehearse(manifest, requester, {
      verb,
      assumed: created,
    });
    return tell(action, resource, created);
  }
  if (verb === 'create') {
    const resource = await admission.create(manifest, requester);
    return tell('created', resource, created);
  }
  const { action, resource } = await admission.replace(manifest, requester, {
    upsert: verb === 'upsert',
    beforeReplacing,
  });
  return tell(action, resource, created);
}

/** The result, and a note of what is new for the documents that follow. */
function tell(
  action: AdmittedChange['action'],
  resource: Resource,
  created: Set<string>,
): ResourceResult {
  if (action !== 'created') {
    return { updatedResourceManifest: shown(resource) };
  }
  created.add(formatKey(keyOf(resource)));
  return { createdResourceManifest: shown(resource) };
}

function shown(resource: Resource) {
  return JSON.parse(JSON.stringify(redactSecret(resource)));
}
