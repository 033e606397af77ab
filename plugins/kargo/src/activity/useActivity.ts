import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { KargoEvent, Promotion } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';

const LOOK_AGAIN_MS = 30_000;
/** How many more are shown at a time. */
const PAGE = 20;
/** More is not answered at once. */
const MOST = 500;

/** The newest of a list, as many as were asked for. */
export interface NewestQuery<T> {
  items: T[] | undefined;
  error: Error | undefined;
  reload: () => void;
  /** Shows more; absent where there is no more to show. */
  more?: () => void;
}

/** What happened in a project, or to one object of it (`Freight/<name>`), newest first. */
export function useEvents(
  project: string,
  object?: string,
): NewestQuery<KargoEvent> {
  const api = useApi(kargoApiRef);
  return useNewest(
    kargoKeys.events(project, object ?? ''),
    async (newest, signal) => {
      const { items } = await api.listEvents(
        { project, newest, ...(object && { object }) },
        { signal },
      );
      return items ?? [];
    },
  );
}

/** The Promotions of a project, newest first. */
export function useProjectPromotions(project: string): NewestQuery<Promotion> {
  const api = useApi(kargoApiRef);
  return useNewest(
    kargoKeys.newestPromotions(project),
    async (newest, signal) => {
      const { items } = await api.listPromotions(
        { project, newest },
        { signal },
      );
      return items ?? [];
    },
  );
}

/** Asks for one more than is shown, which tells whether there is more. */
function useNewest<T>(
  key: readonly string[],
  list: (newest: number, signal: AbortSignal) => Promise<T[]>,
): NewestQuery<T> {
  const [shown, setShown] = useState(PAGE);
  const { data, error, refetch } = useQuery({
    queryKey: [...key, shown],
    queryFn: ({ signal }) => list(Math.min(shown + 1, MOST), signal),
    placeholderData: previous => previous,
    refetchInterval: LOOK_AGAIN_MS,
  });
  return {
    items: data?.slice(0, shown),
    error: error ?? undefined,
    reload: refetch,
    ...(data && data.length > shown && { more: () => setShown(shown + PAGE) }),
  };
}

/** When an event happened last, RFC 3339. */
export function eventTime(event: KargoEvent): string {
  return (
    event.lastTimestamp ??
    event.firstTimestamp ??
    event.metadata.creationTimestamp
  );
}
