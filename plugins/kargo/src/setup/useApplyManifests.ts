import { useAnalytics, useApi } from '@backstage/frontend-plugin-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  isKargoRequestError,
  KargoApi,
  ResourceResult,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { ManifestPart } from './splitManifests';

/** What became of a manifest. */
export type ManifestOutcome = Pick<ResourceResult, 'error' | 'warnings'>;

/**
 * Applies manifests in one request, so that what is in a project may be made by whoever makes
 * the project. Each of them succeeds or fails by itself.
 */
export function useApplyManifests(onApplied: (keys: string[]) => void) {
  const api = useApi(kargoApiRef);
  const analytics = useAnalytics();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (parts: ManifestPart[]) => {
      const results = await createAll(api, parts);
      return new Map<string, ManifestOutcome>(
        parts.map(({ key }, index) => [key, results[index] ?? {}]),
      );
    },
    onSuccess: outcomes => {
      analytics.captureEvent('create', 'project-by-setup');
      client.invalidateQueries({ queryKey: ['kargo'] });
      onApplied(
        [...outcomes].flatMap(([key, { error }]) => (error ? [] : [key])),
      );
    },
  });
}

async function createAll(
  api: KargoApi,
  parts: ManifestPart[],
): Promise<ManifestOutcome[]> {
  const body = parts.map(({ text }) => text).join('\n---\n');
  try {
    // Asked for, warnings are told with each result.
    const request = { body, fieldValidation: 'Warn' as const };
    return (await api.createResources(request)).results;
  } catch (error) {
    // The error of a single manifest is that of the request.
    if (parts.length === 1 && isKargoRequestError(error)) {
      return [{ error: error.message }];
    }
    throw error;
  }
}
