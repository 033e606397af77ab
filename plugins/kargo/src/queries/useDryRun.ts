import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { PromotionDryRun } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

/** A dry run, from before it is asked for to its answer. */
export interface DryRunQuery {
  dryRun: PromotionDryRun | undefined;
  isRunning: boolean;
  error: Error | undefined;
  /** Runs it, once more if it has run already. */
  start: () => void;
}

/**
 * What promoting Freight to a Stage would change in git. Runs when it is asked for, and ends
 * when nobody looks any more.
 *
 * @param place - `held` names what the Stage runs now: of what it ran before, an answer says
 *   nothing
 */
export function useDryRun(
  project: string,
  place: { stage: string; freight: string; held: string },
): DryRunQuery {
  const { stage, freight, held } = place;
  const api = useApi(kargoApiRef);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: kargoKeys.dryRun(project, stage, freight, held),
    queryFn: ({ signal }) =>
      api.dryRunPromotion({ project, stage, body: { freight } }, { signal }),
    enabled: false,
    retry: false,
    // Git goes on: whoever looks again later asks again.
    gcTime: 0,
  });
  return {
    dryRun: data,
    isRunning: isFetching,
    error: error ?? undefined,
    start: refetch,
  };
}
