import { DeepLink, Project, ResourceLink } from 'backstage-plugin-kargo-common';
import { ResourceStore } from '../../ports/ResourceStore';
import { getFreight } from '../resources/getFreight';
import { createRoute } from '../server/route';

const freightLinks = createRoute('listFreightLinks', {
  summary: 'Lists the links that configuration declares for Freight',
  answers: { 200: 'Links' },
  handle: async ({ project, params }, { store }) => {
    await getFreight(store, project.metadata.name, params.freight);
    const links = await loadLinks(store, project, 'freightLinks');
    return { status: 200, body: resolveLinks(links) };
  },
});

const stageLinks = createRoute('listStageLinks', {
  summary: 'Lists the links that configuration declares for Stages',
  answers: { 200: 'Links' },
  handle: async ({ project }, { store }) => {
    const links = await loadLinks(store, project, 'stageLinks');
    return { status: 200, body: resolveLinks(links) };
  },
});

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

/**
 * Links as they are declared. Those that depend on the object, by a condition or a
 * template, are reported instead of guessed.
 */
export function resolveLinks(links: DeepLink[]): {
  links: ResourceLink[];
  errors?: string[];
} {
  const isPlain = (link: DeepLink) =>
    !link.if && !/\{\{/.test(`${link.url}${link.title}${link.description}`);
  const errors = links
    .filter(link => !isPlain(link))
    .map(
      ({ title }) =>
        `Link '${title}' has a condition or a template, and those are not evaluated yet`,
    );
  return {
    links: links.filter(isPlain).map(({ title, url, description }) => ({
      title,
      url,
      ...(description && { description }),
    })),
    ...(errors.length > 0 && { errors }),
  };
}

/** Links of Freight and Stages. */
export const linkRoutes = [freightLinks, stageLinks];
