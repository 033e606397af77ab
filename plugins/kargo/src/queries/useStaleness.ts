import { QueryClient, QueryState, useQueryClient } from '@tanstack/react-query';
import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { useCallback, useRef, useSyncExternalStore } from 'react';
import { kargoKeys } from './keys';

/** Something on the page could not be loaded again. */
export interface Staleness {
  failure: Error;
  /** Epoch milliseconds at which the oldest of it was what the portal had. */
  updatedAt: number;
}

/**
 * What of the page is older than it should be: of all that is shown from Kargo, whichever
 * component asked for it.
 */
export function useStaleness(): Staleness | undefined {
  const client = useQueryClient();
  const last = useRef<Staleness>();
  const subscribe = useCallback(
    (onChange: () => void) => client.getQueryCache().subscribe(onChange),
    [client],
  );
  return useSyncExternalStore(subscribe, () => {
    const found = findStaleness(client);
    // React compares by identity.
    if (
      found?.failure !== last.current?.failure ||
      found?.updatedAt !== last.current?.updatedAt
    ) {
      last.current = found;
    }
    return last.current;
  });
}

function findStaleness(client: QueryClient): Staleness | undefined {
  const engine = JSON.stringify(kargoKeys.engine());
  return (
    client
      .getQueryCache()
      .findAll({ type: 'active' })
      // Asks whether the portal works, and is nothing that the page shows.
      .filter(({ queryHash }) => queryHash !== engine)
      .flatMap(({ state }) => stalenessOf(state) ?? [])
      .sort((one, other) => one.updatedAt - other.updatedAt)
      .at(0)
  );
}

function stalenessOf(state: QueryState): Staleness | undefined {
  const { data, error, dataUpdatedAt } = state;
  // What is gone is told by whoever shows it.
  return data !== undefined && error && !isKargoRequestError(error, 404)
    ? { failure: error, updatedAt: dataUpdatedAt }
    : undefined;
}
