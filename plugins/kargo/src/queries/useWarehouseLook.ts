import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { WarehouseDryRun } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

/** A look at what a Warehouse would find, from before it is asked for to its answer. */
export interface WarehouseLookQuery {
  found: WarehouseDryRun | undefined;
  isRunning: boolean;
  error: Error | undefined;
  /** Looks, once more if it has looked already. */
  start: () => void;
}

/**
 * What the Warehouse of a manifest would find now. Looks when it is asked to, and ends when
 * nobody waits any more or the manifest is another one.
 */
export function useWarehouseLook(manifest: string): WarehouseLookQuery {
  const api = useApi(kargoApiRef);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: kargoKeys.warehouseLook(manifest),
    queryFn: ({ signal }) =>
      api.dryRunWarehouse({ body: manifest }, { signal }),
    enabled: false,
    retry: false,
    gcTime: 0,
  });
  return {
    found: data,
    isRunning: isFetching,
    error: error ?? undefined,
    start: refetch,
  };
}
