import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { KargoEvent } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';

const LOOK_AGAIN_MS = 30_000;

/** What happened in a project, newest first. */
export function useEvents(project: string) {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.events(project),
    queryFn: async ({ signal }) =>
      (await api.listEvents({ project }, { signal })).items ?? [],
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** The Promotions of a project, newest first. */
export function useProjectPromotions(project: string) {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.promotions(project, ''),
    queryFn: async ({ signal }) => {
      const { items = [] } = await api.listPromotions({ project }, { signal });
      return [...items].sort((one, other) =>
        other.metadata.creationTimestamp.localeCompare(
          one.metadata.creationTimestamp,
        ),
      );
    },
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** When an event happened last, RFC 3339. */
export function eventTime(event: KargoEvent): string {
  return (
    event.lastTimestamp ??
    event.firstTimestamp ??
    event.metadata.creationTimestamp
  );
}
