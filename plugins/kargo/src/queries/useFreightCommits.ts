import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { RepositoryCommits } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

/** The commits between what a Stage runs and other Freight. */
export interface FreightCommitsQuery {
  repositories: RepositoryCommits[] | undefined;
  error: Error | undefined;
}

/**
 * Asks for the commits between two pieces of Freight.
 *
 * @param place.held - name of what the Stage runs of the same Warehouse; with it the answer
 *   changes, and without it there is nothing to ask
 */
export function useFreightCommits(
  project: string,
  place: { stage: string; freight: string; held: string },
): FreightCommitsQuery {
  const api = useApi(kargoApiRef);
  const { stage, freight, held } = place;
  const { data, error } = useQuery({
    queryKey: kargoKeys.freightCommits(project, stage, freight, held),
    queryFn: ({ signal }) =>
      api.listFreightCommits({ project, stage, freight }, { signal }),
    // Commits never change; only whether a repository answers does.
    staleTime: 60_000,
  });
  return { repositories: data?.repositories, error: error ?? undefined };
}
