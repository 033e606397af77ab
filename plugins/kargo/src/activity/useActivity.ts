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
  /** All that is known, whether it is wanted or not. */
  known: readonly T[];
  /** How many were looked through, when there may be older ones that are wanted. */
  lookedThrough?: number;
  reload: () => void;
  /** Shows more; absent where there is no more to show. */
  more?: () => void;
}

/** What is wanted of a list. */
export interface Wanted<T> {
  /** All of it, unless told. */
  isWanted?: (item: T) => boolean;
  /** Whether as many as can be are looked through, rather than as are shown. */
  isDeep?: boolean;
}

/** What happened in a project, or to one object of it (`Freight/<name>`), newest first. */
export function useEvents(
  project: string,
  object?: string,
  wanted: Wanted<KargoEvent> = {},
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
    wanted,
  );
}

/** The Promotions of a project, newest first. */
export function useProjectPromotions(
  project: string,
  wanted: Wanted<Promotion> = {},
): NewestQuery<Promotion> {
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
    wanted,
  );
}

/** Asks for one more than is shown, which tells whether there is more. */
function useNewest<T>(
  key: readonly string[],
  list: (newest: number, signal: AbortSignal) => Promise<T[]>,
  { isWanted, isDeep = false }: Wanted<T>,
): NewestQuery<T> {
  const [shown, setShown] = useState(PAGE);
  const asked = isDeep ? MOST : Math.min(shown + 1, MOST);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: [...key, asked],
    queryFn: ({ signal }) => list(asked, signal),
    placeholderData: previous => previous,
    refetchInterval: LOOK_AGAIN_MS,
  });
  // Among a few of them what is wanted would seem to be missing.
  const isAwaited = isWanted !== undefined && isPlaceholderData;
  const found = isWanted ? data?.filter(isWanted) : data;
  return {
    items: isAwaited ? undefined : found?.slice(0, shown),
    known: data ?? [],
    error: error ?? undefined,
    reload: refetch,
    ...(isWanted &&
      !isAwaited &&
      data &&
      data.length >= MOST && { lookedThrough: MOST }),
    ...(found &&
      found.length > shown && { more: () => setShown(shown + PAGE) }),
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
