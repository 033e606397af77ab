import { InputError, toError } from '@backstage/errors';
import {
  formatKey,
  JsonObject,
  keyOf,
  Promotion,
  Resource,
  ResourceResult,
  ResourceResults,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { promotionRecord } from '../../logic/promotion/promotionRecord';
import { handleManifest } from '../manifests/handleManifest';
import { BatchVerb, ManifestBatch } from '../manifests/ManifestBatch';
import { parseManifests } from '../resources/parseManifests';
import { Caller } from '../server/Caller';
import { errorAnswer } from '../server/errorAnswer';
import { flag } from '../server/parseQuery';
import { Answer, ApiServices, createRoute } from '../server/route';

const fieldValidation = z
  .enum(['Strict', 'Warn', 'Ignore'])
  .optional()
  .describe(
    'What becomes of fields that nobody knows: refused, left out with a warning (the default), or left out in silence. Given, each result tells its warnings',
  );

const dryRun = z
  .enum(['All'])
  .optional()
  .describe('Answers what would be stored, and stores nothing');

const createResources = createRoute('createResources', {
  summary: 'Creates resources from manifests',
  query: { fieldValidation, dryRun },
  answers: { 200: 'ResourceResults', 201: 'ResourceResults' },
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
    dryRun,
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
  verb: BatchVerb,
  caller: Caller,
  services: ApiServices,
  validation: ManifestBatch['validation'] = {},
): ManifestBatch {
  return {
    ...{ verb, validation, caller, services },
    ...{ documents: [], brought: new Set(), created: new Set(), warnings: [] },
  };
}

/** With one document its error is the request's; with several each has its own. */
async function handleAll(
  bytes: Uint8Array,
  status: 200 | 201,
  all: ManifestBatch,
): Promise<Answer<ResourceResults>> {
  const { documents, warnings } = await parseManifests(bytes);
  const { fieldValidation: validation } = all.validation;
  if (validation === 'Strict' && warnings.length > 0) {
    throw new InputError(warnings.join('; '));
  }
  all.warnings.push(...(validation === 'Ignore' ? [] : warnings));
  all.documents.push(...documents);
  all.brought = namesIn(documents, all.services.admission);
  if (documents.length === 1) {
    const result = await handleWarned(documents[0], all);
    return answer(status, [result], all);
  }
  const results: ResourceResult[] = [];
  const failures: AuditedFailure[] = [];
  for (const document of inOrder(documents, all.verb)) {
    try {
      results.push(await handleWarned(document, all));
    } catch (error) {
      const failed = errorAnswer(error);
      if (failed.status === 500) {
        all.services.logger.error('A manifest failed', toError(error));
      }
      results.push({ error: failed.body.error });
      const resource = nameOf(document, all);
      failures.push({ resource, status: failed.status });
    }
  }
  return answer(status, results, all, failures);
}

/** What the audit log is told of a document that was refused beside others; the answer says why. */
interface AuditedFailure extends JsonObject {
  resource: string;
  status: number;
}

/** Most names that one entry of the audit log lists. */
const AUDITED = 100;

/** A kind, a project and a name at their longest; what is refused may say anything. */
const LONGEST_NAME = 600;

/** What a document is about, as far as it says that. */
function nameOf(document: unknown, { services }: ManifestBatch): string {
  try {
    const key = services.admission.keyOf(document);
    return formatKey(key).slice(0, LONGEST_NAME);
  } catch {
    // Of no kind that there is.
    return 'unknown';
  }
}

/** What documents name, by `formatKey`; what is not even that much of a manifest is left out. */
function namesIn(
  documents: readonly unknown[],
  admission: ApiServices['admission'],
): Set<string> {
  const names = documents.flatMap(document => {
    try {
      return [formatKey(admission.keyOf(document))];
    } catch {
      // Handling it will tell.
      return [];
    }
  });
  return new Set(names);
}

/** Tells the warnings of a document with its result when the request asks for them. */
async function handleWarned(
  document: unknown,
  all: ManifestBatch,
): Promise<ResourceResult> {
  const before = all.warnings.length;
  const result = await handleManifest(document, all);
  const warnings = all.warnings.slice(before);
  // Kargo's clients refuse results with a field that they do not know.
  return all.validation.fieldValidation && warnings.length > 0
    ? { ...result, warnings }
    : result;
}

function answer(
  status: 200 | 201,
  results: ResourceResult[],
  { warnings, validation }: ManifestBatch,
  failures: readonly AuditedFailure[] = [],
): Answer<ResourceResults> {
  const audited = {
    ...written(results),
    ...(failures.length > 0 && { failures: failures.slice(0, AUDITED) }),
    ...(validation.dryRun && { isDryRun: true }),
  };
  return {
    status: validation.dryRun ? 200 : status,
    body: { results },
    audited,
    warnings,
  };
}

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
function inOrder(documents: unknown[], verb: BatchVerb): unknown[] {
  const isProject = (document: unknown) =>
    (document as { kind?: unknown } | null)?.kind === 'Project';
  const projects = documents.filter(isProject);
  const others = documents.filter(document => !isProject(document));
  return verb === 'delete'
    ? [...others, ...projects]
    : [...projects, ...others];
}

/** Manifests in bulk. */
export const resourceRoutes = [
  createResources,
  updateResources,
  deleteResources,
];
