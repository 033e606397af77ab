import { useAnalytics } from '@backstage/frontend-plugin-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  KargoApi,
  RequestOptions,
  Secret,
} from 'backstage-plugin-kargo-common';
import { useKeptMutation } from '../../components/useKeptMutation';
import { kargoKeys } from '../../queries/keys';

/** Where tokens are: how they are listed, made and revoked there. */
export interface TokenPlace {
  key: readonly string[];
  list: (options: RequestOptions) => Promise<Secret[]>;
  create: (role: string, name: string) => Promise<Secret>;
  remove: (name: string) => Promise<unknown>;
}

/** The tokens of a project. */
export function projectTokens(api: KargoApi, project: string): TokenPlace {
  return {
    key: kargoKeys.tokens(project),
    list: async options =>
      (await api.listProjectTokens({ project }, options)).items ?? [],
    create: (role, name) =>
      api.createProjectToken({ project, name: role, body: { name } }),
    remove: name => api.deleteProjectToken({ project, name }),
  };
}

/** The tokens of the installation. */
export function systemTokens(api: KargoApi): TokenPlace {
  return {
    key: kargoKeys.systemTokens(),
    list: async options =>
      (await api.listSystemTokens({}, options)).items ?? [],
    create: (role, name) =>
      api.createSystemToken({ name: role, body: { name } }),
    remove: name => api.deleteSystemToken({ name }),
  };
}

/** Lists the tokens of a place, and revokes them. */
export function useTokens(place: TokenPlace) {
  const settled = useSettled(place);
  return {
    query: useQuery({
      queryKey: place.key,
      queryFn: ({ signal }) => place.list({ signal }),
    }),
    remove: useMutation({
      mutationFn: (name: string) => place.remove(name),
      ...settled('delete'),
    }),
  };
}

/** Makes a token in a place, which the dialog that asked for it keeps. */
export function useNewToken(place: TokenPlace) {
  const settled = useSettled(place);
  return useKeptMutation('create', {
    mutationFn: ({ role, name }: { role: string; name: string }) =>
      place.create(role, name),
    // It is shown once: nothing of it is kept besides.
    gcTime: 0,
    ...settled('create'),
  });
}

function useSettled({ key }: TokenPlace) {
  const analytics = useAnalytics();
  const client = useQueryClient();
  return (action: string) => ({
    onSuccess: () => {
      analytics.captureEvent(action, 'api-token');
      return client.invalidateQueries({ queryKey: key });
    },
  });
}
