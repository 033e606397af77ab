import { useApi } from '@backstage/frontend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useQuery } from '@tanstack/react-query';
import { KARGO_PROJECT_ANNOTATION } from 'backstage-plugin-kargo-common';
import { kargoKeys } from '../queries/keys';

/** More than these are no answer for a person. */
const MOST_ENTITIES = 20;

/**
 * References of the entities that name a project; none while they are unknown, also when
 * the catalog does not answer.
 */
export function useProjectEntities(project: string): string[] {
  const catalog = useApi(catalogApiRef);
  const { data } = useQuery({
    queryKey: kargoKeys.projectEntities(project),
    queryFn: async () => {
      const { items } = await catalog.getEntities({
        filter: {
          [`metadata.annotations.${KARGO_PROJECT_ANNOTATION}`]: project,
        },
        fields: ['kind', 'metadata.name', 'metadata.namespace'],
        limit: MOST_ENTITIES,
      });
      return items.map(entity => stringifyEntityRef(entity)).sort();
    },
    staleTime: 60_000,
  });
  return data ?? [];
}
