import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { SystemAccess } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

/** What the viewer may do outside of projects; absent while unknown. */
export function useSystemAccess(): SystemAccess | undefined {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.systemAccess(),
    queryFn: ({ signal }) => api.getSystemAccess({}, { signal }),
    staleTime: 60_000,
  }).data;
}
