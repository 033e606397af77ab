import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  AnalysisRun,
  isAnalysisCompleted,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { askAgainMs } from './askAgainMs';
import { kargoKeys } from './keys';

/** Measurements come without a change of what is watched. */
const ASK_AGAIN_MS = 5_000;

/** What a verification has measured so far, asked again while it runs. */
export function useAnalysisRun(
  project: string,
  name: string,
): {
  run: AnalysisRun | undefined;
  error: Error | undefined;
  reload: () => void;
} {
  const api = useApi(kargoApiRef);
  const { data, error, refetch } = useQuery({
    queryKey: kargoKeys.analysisRun(project, name),
    queryFn: ({ signal }) => api.getAnalysisRun({ project, name }, { signal }),
    refetchInterval: ({ state }) => measureAgainMs(state.data, state.error),
  });
  return { run: data, error: error ?? undefined, reload: refetch };
}

/** Milliseconds after which a verification is asked again; never where that is of no use. */
export function measureAgainMs(
  run: AnalysisRun | undefined,
  error: Error | null,
): number | false {
  if (error) {
    return askAgainMs(error, false);
  }
  return isAnalysisCompleted(run?.status?.phase) ? false : ASK_AGAIN_MS;
}
