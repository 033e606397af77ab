import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  KargoApi,
  Resource,
  WatchedKinds,
  WatchRequest,
} from 'backstage-plugin-kargo-common';
import { useEffect, useMemo, useState } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { applyChanges, Snapshot } from './applyWatchEvent';
import { askAgainMs } from './askAgainMs';
import { changeStreamOf } from './changeStreamOf';
import { LiveState } from './ChangeStream';
import { usePageVisible } from './usePageVisible';
import { withArrived } from './withArrived';

/** A list that keeps itself current. */
export interface LiveList<T> {
  items: T[] | undefined;
  /** Why it could not be loaded, or not loaded again. */
  error: Error | undefined;
  live: LiveState;
  /** Epoch milliseconds of the last change that arrived, or at which changes ceased to; 0 before the first. */
  updatedAt: number;
  reload: () => void;
}

/** What to list and watch. */
export interface LiveListOptions<K extends keyof WatchedKinds> {
  queryKey: readonly string[];
  request: Omit<WatchRequest<K>, 'resourceVersion'>;
  list: (
    api: KargoApi,
    signal: AbortSignal,
  ) => Promise<Snapshot<WatchedKinds[K]>>;
}

const POLL_MS = 30_000;

/**
 * Lists once, then follows the changes; polls while streaming does not work, and rests
 * while nobody looks, because every stream occupies one of the browser's few
 * connections.
 */
export function useLiveList<K extends keyof WatchedKinds>(
  options: LiveListOptions<K>,
): LiveList<WatchedKinds[K]> {
  const api = useApi(kargoApiRef);
  const client = useQueryClient();
  const [live, setLive] = useState<LiveState>('connecting');
  const query = useQuery({
    queryKey: options.queryKey,
    queryFn: async ({ signal }) => {
      const known = () =>
        client.getQueryData<Snapshot<WatchedKinds[K]>>(options.queryKey);
      const before = known();
      const answer = await options.list(api, signal);
      return withArrived<WatchedKinds[K] & Resource>(answer, before, known());
    },
    refetchInterval: ({ state }) =>
      askAgainMs(state.error, live === 'live' ? false : POLL_MS),
    // Who comes back is told what changed meanwhile, by the stream.
    refetchOnWindowFocus: false,
  });
  useChanges(options, query.data !== undefined, setLive);
  const { data, error, dataUpdatedAt, refetch } = query;
  return useMemo(
    () => ({
      items: data?.items,
      error: error ?? undefined,
      live,
      updatedAt: dataUpdatedAt,
      reload: () => {
        refetch();
      },
    }),
    [data, error, live, dataUpdatedAt, refetch],
  );
}

function useChanges<K extends keyof WatchedKinds>(
  options: LiveListOptions<K>,
  isListed: boolean,
  onState: (state: LiveState) => void,
) {
  const api = useApi(kargoApiRef);
  const client = useQueryClient();
  const isVisible = usePageVisible();
  // Options are literals made anew by every render; their text decides.
  const key = JSON.stringify(options.queryKey);
  const request = JSON.stringify(options.request);
  useEffect(() => {
    if (!isListed || !isVisible) {
      return undefined;
    }
    const queryKey: string[] = JSON.parse(key);
    const wanted: WatchRequest<K> = JSON.parse(request);
    let isLive = false;
    const setState = (state: LiveState) => {
      if (isLive && state !== 'live') {
        // So far all was current, though nothing may have changed for long.
        client.setQueryData<Snapshot<Resource>>(queryKey, old => old, {
          updatedAt: Date.now(),
        });
      }
      isLive = state === 'live';
      onState(state);
    };
    const unsubscribe = changeStreamOf(api).subscribe({
      request: () => ({
        ...wanted,
        // Without a place to go on from, the watch begins with what there is.
        resourceVersion:
          client.getQueryData<Snapshot<Resource>>(queryKey)?.resourceVersion ||
          undefined,
      }),
      relist: () => client.refetchQueries({ queryKey, exact: true }),
      onChanges: changes =>
        client.setQueryData<Snapshot<Resource>>(
          queryKey,
          old => old && applyChanges(old, changes),
        ),
      onState: setState,
    });
    return () => {
      unsubscribe();
      // Nothing arrives any more: what is on the screen may be old by the next look.
      setState('connecting');
    };
  }, [api, client, isListed, isVisible, key, onState, request]);
}
