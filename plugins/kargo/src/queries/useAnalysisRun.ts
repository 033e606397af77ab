import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  AnalysisRun,
  isVerificationTerminal,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

/** Measurements come without a change of what is watched. */
const ASK_AGAIN_MS = 5_000;

/** What a verification has measured so far, asked again while it runs. */
export function useAnalysisRun(
  project: string,
  name: string,
  { phase }: Pick<VerificationInfo, 'phase'>,
): { run: AnalysisRun | undefined; error: Error | undefined } {
  const api = useApi(kargoApiRef);
  const { data, error } = useQuery({
    queryKey: kargoKeys.analysisRun(project, name, phase),
    queryFn: ({ signal }) => api.getAnalysisRun({ project, name }, { signal }),
    refetchInterval: isVerificationTerminal(phase) ? false : ASK_AGAIN_MS,
  });
  return { run: data, error: error ?? undefined };
}
