import { useApi } from '@backstage/frontend-plugin-api';
import { useQueries } from '@tanstack/react-query';
import { AnalysisRun, Freight } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';

/** The Freight that a verification is about, as far as it still exists. */
export function useVerifiedFreight(
  project: string,
  { metadata }: AnalysisRun,
): Freight[] {
  const api = useApi(kargoApiRef);
  const owners = metadata.ownerReferences ?? [];
  return useQueries({
    queries: owners
      .filter(({ kind }) => kind === 'Freight')
      .map(({ name }) => ({
        queryKey: kargoKeys.freightByName(project, name),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          api.getFreight({ project, freight: name }, { signal }),
      })),
    combine: results => results.flatMap(({ data }) => data ?? []),
  });
}
