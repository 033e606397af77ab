import { InputError, isError, NotFoundError } from '@backstage/errors';
import {
  formatKey,
  KARGO_API_VERSION,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { demandManifest } from '../manifests/demandManifest';
import { ManifestBatch } from '../manifests/ManifestBatch';
import { parseManifests } from '../resources/parseManifests';
import { answerList, answerWatch, pageOptions } from '../server/answers';
import { pageParameters } from '../server/parseQuery';
import { createRoute } from '../server/route';
import { deleteRoute, getOrWatchRoute, refreshRoute } from './kindRoutes';

const listWarehouses = createRoute('listWarehouses', {
  summary: 'Lists the Warehouses of a project, or streams their changes',
  query: pageParameters,
  answers: { 200: 'WarehouseList' },
  handle: async ({ project, query }, { store }) => {
    const options = { namespace: project.metadata.name };
    return query.watch
      ? answerWatch({ store }, 'Warehouse', options, query)
      : answerList(store, 'Warehouse', { ...options, ...pageOptions(query) });
  },
});

const dryRunWarehouse = createRoute('dryRunWarehouse', {
  summary:
    'Tells what a Warehouse would find now, and what it would make Freight of, without storing it',
  answers: { 200: 'WarehouseDryRun' },
  audit: {
    eventId: 'warehouse-dry-run',
    actionType: 'dry-run',
    severityLevel: 'low',
  },
  handle: async ({ body, caller, signal }, services) => {
    const { documents, warnings } = await parseManifests(body, signal);
    const manifest = theWarehouse(documents);
    const batch: ManifestBatch = {
      verb: 'upsert',
      validation: { dryRun: 'All' },
      documents,
      caller,
      services,
      brought: new Set(),
      created: new Set(),
      warnings,
    };
    await demandLook(manifest, batch);
    const { resource } = await services.admission.rehearse(
      manifest,
      { actor: caller.actor, warn: warning => warnings.push(warning) },
      { verb: 'upsert', assumed: batch.created },
    );
    return {
      status: 200,
      body: await services.discoveryDryRuns.run(resource as Warehouse, signal),
      warnings,
    };
  },
});

function theWarehouse(documents: unknown[]): unknown {
  const [manifest] = documents as Array<{ kind?: unknown } | null>;
  if (documents.length !== 1 || manifest?.kind !== 'Warehouse') {
    throw new InputError('The body: expected the manifest of one Warehouse');
  }
  return manifest;
}

/**
 * Asks for what making the Warehouse takes. Where its project is still to be made, that is the
 * permission to make it; to others it is not there, as everywhere.
 */
async function demandLook(
  manifest: unknown,
  batch: ManifestBatch,
): Promise<void> {
  const { services, caller, created } = batch;
  const key = services.admission.keyOf(manifest);
  const place = {
    kind: 'Project' as const,
    namespace: '',
    name: key.namespace,
  };
  if (!key.namespace || (await services.store.find(place))) {
    await demandManifest(manifest, key, batch);
    return;
  }
  const project = {
    apiVersion: KARGO_API_VERSION,
    kind: place.kind,
    metadata: { name: place.name },
  };
  try {
    await demandManifest(project, place, { ...batch, verb: 'create' });
  } catch (error) {
    throw isError(error) && error.name === 'NotAllowedError'
      ? new NotFoundError(`Project '${place.name}' does not exist`)
      : error;
  }
  await services.admission.rehearse(
    project,
    { actor: caller.actor },
    { verb: 'create' },
  );
  created.add(formatKey(place));
}

/** Warehouses. */
export const warehouseRoutes = [
  listWarehouses,
  dryRunWarehouse,
  getOrWatchRoute('getWarehouse', 'Warehouse'),
  deleteRoute('deleteWarehouse', 'Warehouse'),
  refreshRoute('refreshWarehouse', 'Warehouse'),
];
