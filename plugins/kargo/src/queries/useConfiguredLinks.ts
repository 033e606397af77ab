import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { ResourceLinks } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

/** What may have links that the configuration declares. */
export type LinkedKind = 'stage' | 'freight';

/**
 * The links that configuration declares for a Stage or Freight; absent while unknown.
 *
 * @param object - its version counts as well: links are made of what it holds
 */
export function useConfiguredLinks(
  project: string,
  kind: LinkedKind,
  object: { name: string; resourceVersion: string },
): ResourceLinks | undefined {
  const api = useApi(kargoApiRef);
  const { name, resourceVersion } = object;
  return useQuery({
    queryKey: kargoKeys.links(project, kind, name, resourceVersion),
    queryFn: ({ signal }) =>
      kind === 'stage'
        ? api.listStageLinks({ project, stage: name }, { signal })
        : api.listFreightLinks({ project, freight: name }, { signal }),
    staleTime: 60_000,
    placeholderData: previous => previous,
  }).data;
}
