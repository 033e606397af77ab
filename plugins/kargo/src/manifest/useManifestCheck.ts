import { useApi } from '@backstage/frontend-plugin-api';
import { useMutation } from '@tanstack/react-query';
import { KargoApi, ResourceResult } from 'backstage-plugin-kargo-common';
import { useEffect } from 'react';
import { kargoApiRef } from '../kargoApiRef';

/** Whether what is written is new, or replaces what is there. */
export type ManifestVerb = 'create' | 'update';

/** What the portal says of manifests that it was asked about, and not yet to keep. */
export interface ManifestCheck {
  /** One for each manifest of the text. */
  results: ResourceResult[] | undefined;
  isPending: boolean;
  error: Error | null;
  start: () => void;
}

/** Asks the portal what it would make of a text, with nothing stored; another text is asked about anew. */
export function useManifestCheck(
  verb: ManifestVerb,
  text: string,
): ManifestCheck {
  const api = useApi(kargoApiRef);
  const { mutate, reset, data, isPending, error } = useMutation({
    mutationFn: (body: string) => check(api, verb, body),
  });
  useEffect(() => reset(), [text, reset]);
  return { results: data, isPending, error, start: () => mutate(text) };
}

async function check(
  api: KargoApi,
  verb: ManifestVerb,
  body: string,
): Promise<ResourceResult[]> {
  const request = { body, fieldValidation: 'Warn', dryRun: 'All' } as const;
  const { results } =
    verb === 'create'
      ? await api.createResources(request)
      : await api.updateResources({ ...request, ifUnchanged: true });
  return results;
}
