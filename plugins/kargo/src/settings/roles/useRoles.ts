import { useAnalytics, useApi } from '@backstage/frontend-plugin-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  KargoRole,
  KargoRoleResources,
  NewRole,
  RoleChange,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../../kargoApiRef';
import { kargoKeys } from '../../queries/keys';
import { roleRows } from './roleRows';

/** Lists the roles of a project, and changes them; what changed is listed again. */
export function useRoles(project: string) {
  const api = useApi(kargoApiRef);
  const settled = useSettled(project);
  return {
    query: useQuery({
      queryKey: kargoKeys.roles(project),
      queryFn: async ({ signal }) =>
        roleRows(
          (await api.listProjectRoles({ project }, { signal })).filter(isRole),
        ),
    }),
    create: useMutation({
      mutationFn: (body: NewRole) => api.createProjectRole({ project, body }),
      ...settled('create', 'role'),
    }),
    grant: useMutation({
      mutationFn: (body: RoleChange) => api.grantProjectRole({ project, body }),
      ...settled('grant', 'role'),
    }),
    revoke: useMutation({
      mutationFn: (body: RoleChange) =>
        api.revokeProjectRole({ project, body }),
      ...settled('revoke', 'role'),
    }),
    remove: useMutation({
      mutationFn: (name: string) => api.deleteProjectRole({ project, name }),
      ...settled('delete', 'role'),
    }),
  };
}

/** The roles of a project, and what can be done with them. */
export type Roles = ReturnType<typeof useRoles>;

function isRole(role: KargoRole | KargoRoleResources): role is KargoRole {
  return role.kind === 'Role';
}

/** Lists the tokens of a project, makes and revokes them. */
export function useTokens(project: string) {
  const api = useApi(kargoApiRef);
  const settled = useSettled(project);
  return {
    query: useQuery({
      queryKey: kargoKeys.tokens(project),
      queryFn: async ({ signal }) =>
        (await api.listProjectTokens({ project }, { signal })).items ?? [],
    }),
    create: useMutation({
      mutationFn: ({ role, name }: { role: string; name: string }) =>
        api.createProjectToken({ project, name: role, body: { name } }),
      // It is shown once: nothing of it is kept when the page forgets it.
      gcTime: 0,
      ...settled('create', 'api-token'),
    }),
    remove: useMutation({
      mutationFn: (name: string) => api.deleteProjectToken({ project, name }),
      ...settled('delete', 'api-token'),
    }),
  };
}

function useSettled(project: string) {
  const analytics = useAnalytics();
  const client = useQueryClient();
  return (action: string, subject: string) => ({
    onSuccess: () => {
      analytics.captureEvent(action, subject);
      // Tokens go with their role.
      return Promise.all([
        client.invalidateQueries({ queryKey: kargoKeys.roles(project) }),
        client.invalidateQueries({ queryKey: kargoKeys.tokens(project) }),
      ]);
    },
  });
}
