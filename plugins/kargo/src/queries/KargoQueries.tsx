import { useApi } from '@backstage/frontend-plugin-api';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { KargoApi } from 'backstage-plugin-kargo-common';
import { ReactNode } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { askAgainMs, isTransient } from './askAgainMs';

/**
 * One cache per API object, so that the card, the tab and the pages of one portal
 * share what they loaded, and tests with an API of their own share nothing.
 */
const clients = new WeakMap<KargoApi, QueryClient>();

function queryClientOf(api: KargoApi): QueryClient {
  const known = clients.get(api);
  if (known) {
    return known;
  }
  const created = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && isTransient(error),
        refetchInterval: ({ state }) => askAgainMs(state.error, false),
        networkMode: 'always',
        // With that mode nothing is, unless told.
        refetchOnReconnect: true,
      },
      // Otherwise, what somebody clicks while their browser is offline waits there, and
      // happens whenever it comes back.
      mutations: { networkMode: 'always' },
    },
  });
  clients.set(api, created);
  return created;
}

/** Gives everything inside the cache of Kargo's resources. */
export function KargoQueries(props: { children: ReactNode }) {
  const api = useApi(kargoApiRef);
  return (
    <QueryClientProvider client={queryClientOf(api)}>
      {props.children}
    </QueryClientProvider>
  );
}
