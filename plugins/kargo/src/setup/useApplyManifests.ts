import { useAnalytics, useApi } from '@backstage/frontend-plugin-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  isKargoRequestError,
  KargoApi,
  ResourceResult,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { AppliedManifests, IN_DOUBT, manifestState } from './appliedManifests';
import { joinManifests, ManifestPart } from '../manifest/splitManifests';
import { Setup } from './useSetup';

/** What became of a manifest. */
export type ManifestOutcome = Pick<ResourceResult, 'error' | 'warnings'>;

type Outcomes = Map<string, ManifestOutcome>;

/**
 * Applies manifests: what is new in one request, so that what is in a project may be made by
 * whoever makes the project, and before it, in another, what this set-up made and was changed
 * since. Each of them succeeds or fails by itself.
 */
export function useApplyManifests({
  applied,
  noteApplied,
}: Pick<Setup, 'applied' | 'noteApplied'>) {
  const api = useApi(kargoApiRef);
  const analytics = useAnalytics();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (parts: ManifestPart[]): Promise<Outcomes> => {
      const changed = parts.filter(
        part => manifestState(part, applied) === 'changed',
      );
      const fresh = parts.filter(part => !changed.includes(part));
      // Without an answer nobody knows which of two texts is there, or whether one is.
      noteApplied(textsOf(changed, () => IN_DOUBT));
      const updates = await send(api, 'update', changed);
      noteApplied(madeOf(changed, updates));
      noteApplied(textsOf(fresh, () => IN_DOUBT));
      const creations = await send(api, 'create', fresh).catch(error => {
        if (isRefusal(error)) noteApplied(textsOf(fresh, () => undefined));
        throw error;
      });
      noteApplied({
        ...textsOf(fresh, () => undefined),
        ...madeOf(fresh, creations),
      });
      return new Map([...updates, ...creations]);
    },
    onSuccess: () => analytics.captureEvent('create', 'project-by-setup'),
    onSettled: () => {
      client.invalidateQueries({ queryKey: ['kargo'] });
    },
  });
}

/** Whether a request was answered, and did nothing. */
function isRefusal(error: unknown): boolean {
  return (
    isKargoRequestError(error) && error.status >= 400 && error.status < 500
  );
}

function textsOf<T extends string | undefined>(
  parts: ManifestPart[],
  tell: (part: ManifestPart) => T,
): Record<string, T> {
  return Object.fromEntries(parts.map(part => [part.key, tell(part)]));
}

function madeOf(parts: ManifestPart[], outcomes: Outcomes): AppliedManifests {
  const made = parts.filter(({ key }) => !outcomes.get(key)?.error);
  return textsOf(made, ({ text }) => text);
}

async function send(
  api: KargoApi,
  verb: 'create' | 'update',
  parts: ManifestPart[],
): Promise<Outcomes> {
  if (parts.length === 0) {
    return new Map();
  }
  // Asked for, warnings are told with each result.
  const request = {
    body: joinManifests(parts),
    fieldValidation: 'Warn' as const,
  };
  try {
    // What is new must not replace what somebody else made; what was made here and is gone
    // since is made again.
    const { results } =
      verb === 'create'
        ? await api.createResources(request)
        : await api.updateResources({ ...request, upsert: true });
    return new Map(parts.map(({ key }, index) => [key, results[index] ?? {}]));
  } catch (error) {
    // The error of a single manifest is that of the request.
    if (parts.length === 1 && isKargoRequestError(error)) {
      return new Map([[parts[0].key, { error: error.message }]]);
    }
    throw error;
  }
}
