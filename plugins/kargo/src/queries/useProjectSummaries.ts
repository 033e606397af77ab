import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

const LOOK_AGAIN_MS = 60_000;

/** Projects at a glance, with one request; those that may not be looked into are missing. */
export function useProjectSummaries(projects: string[]) {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.summaries(projects),
    queryFn: ({ signal }) =>
      api.listProjectSummaries({ project: projects }, { signal }),
    enabled: projects.length > 0,
    // Where a project comes or goes, the others are what they were.
    placeholderData: previous => previous,
    refetchInterval: LOOK_AGAIN_MS,
    // Not again whenever somebody comes back to the page.
    staleTime: LOOK_AGAIN_MS,
  });
}
