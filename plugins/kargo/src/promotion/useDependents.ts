import { useApi } from '@backstage/frontend-plugin-api';
import { CatalogApi, catalogApiRef } from '@backstage/plugin-catalog-react';
import { useQuery } from '@tanstack/react-query';
import { KARGO_PROJECT_ANNOTATION, Stage } from 'backstage-plugin-kargo-common';
import { deliveredBy, dependentsOf, providedApis } from './dependents';
import { kargoKeys } from '../queries/keys';

/** Relations between more entities than this are no answer for a person. */
const MOST_ENTITIES = 50;

/**
 * References of the entities that depend on what a Stage delivers; absent while unknown,
 * also when the catalog does not answer: that keeps nobody from promoting.
 */
export function useDependents(
  project: string,
  stage: Stage,
): string[] | undefined {
  const catalog = useApi(catalogApiRef);
  return useQuery({
    queryKey: kargoKeys.dependents(project, stage.metadata.name),
    queryFn: () => findDependents(catalog, project, stage),
    staleTime: 60_000,
  }).data;
}

async function findDependents(
  catalog: CatalogApi,
  project: string,
  stage: Stage,
): Promise<string[]> {
  const { items } = await catalog.getEntities({
    filter: { [`metadata.annotations.${KARGO_PROJECT_ANNOTATION}`]: project },
    fields: ['kind', 'metadata', 'relations'],
    limit: MOST_ENTITIES,
  });
  const delivered = deliveredBy(project, stage, items);
  const entityRefs = providedApis(delivered).slice(0, MOST_ENTITIES);
  if (entityRefs.length === 0) {
    return dependentsOf(delivered, []);
  }
  const apis = await catalog.getEntitiesByRefs({
    entityRefs,
    fields: ['kind', 'metadata', 'relations'],
  });
  return dependentsOf(
    delivered,
    apis.items.flatMap(entity => entity ?? []),
  );
}
