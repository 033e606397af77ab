import { DeepLink, JsonObject, Project } from 'backstage-plugin-kargo-common';
import { inTurns } from '../../foreign/inTurns';
import { resolveLinks } from '../../logic/links/resolveLinks';
import { ResourceStore } from '../../ports/ResourceStore';
import { freightKey, getFreight } from '../resources/getFreight';
import { stageKey } from '../resources/getStage';
import { createRoute } from '../server/route';

const freightLinks = createRoute('listFreightLinks', {
  summary: 'Lists the links that configuration declares for a piece of Freight',
  answers: { 200: 'Links' },
  readsAhead: ({ project, freight }) => [freightKey(project, freight)],
  handle: async ({ project, params, reads }, { store }) => {
    const freight = await getFreight(
      { store, reads },
      project.metadata.name,
      params.freight,
    );
    const links = await loadLinks(store, project, 'freightLinks');
    const body = await inTurns(resolveLinks(links, asData({ freight })));
    return { status: 200, body };
  },
});

const stageLinks = createRoute('listStageLinks', {
  summary: 'Lists the links that configuration declares for a Stage',
  answers: { 200: 'Links' },
  readsAhead: ({ project, stage }) => [stageKey(project, stage)],
  handle: async ({ project, params, reads }, { store }) => {
    const { resource: stage } = await reads.get(
      stageKey(params.project, params.stage),
    );
    const links = await loadLinks(store, project, 'stageLinks');
    const body = await inTurns(resolveLinks(links, asData({ stage })));
    return { status: 200, body };
  },
});

/** As it goes over the wire, without what has no value. */
function asData(objects: Record<string, unknown>): JsonObject {
  return JSON.parse(JSON.stringify(objects)) as JsonObject;
}

async function loadLinks(
  store: ResourceStore,
  { metadata: { name } }: Project,
  field: 'freightLinks' | 'stageLinks',
): Promise<DeepLink[]> {
  const [cluster, project] = await Promise.all([
    store.find({
      kind: 'ClusterConfig',
      namespace: '',
      name: 'cluster',
    }),
    store.find({ kind: 'ProjectConfig', namespace: name, name }),
  ]);
  return [...(cluster?.spec[field] ?? []), ...(project?.spec[field] ?? [])];
}

/** Links of Freight and Stages. */
export const linkRoutes = [freightLinks, stageLinks];
