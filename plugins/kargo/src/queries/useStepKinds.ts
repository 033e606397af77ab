import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { StepKind } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

const NONE: readonly StepKind[] = [];

/** What promotion steps of this portal may use; none while unknown. */
export function useStepKinds(): readonly StepKind[] {
  const api = useApi(kargoApiRef);
  const { data } = useQuery({
    queryKey: kargoKeys.stepKinds(),
    queryFn: ({ signal }) => api.listStepKinds({}, { signal }),
    // They change with the portal's program alone.
    staleTime: Infinity,
  });
  return data?.items ?? NONE;
}
