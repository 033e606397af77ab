import { useAnalytics, useApi } from '@backstage/frontend-plugin-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  KargoRole,
  KargoRoleResources,
  NewRole,
  RoleChange,
} from 'backstage-plugin-kargo-common';
import { useKeptMutation } from '../../components/useKeptMutation';
import { kargoApiRef } from '../../kargoApiRef';
import { kargoKeys } from '../../queries/keys';
import { roleRows } from './roleRows';

/** Lists the roles of a project, and takes away of them; what changed is listed again. */
export function useRoles(project: string) {
  const api = useApi(kargoApiRef);
  const settled = useSettled(project);
  return {
    project,
    query: useQuery({
      queryKey: kargoKeys.roles(project),
      queryFn: async ({ signal }) =>
        roleRows(
          (await api.listProjectRoles({ project }, { signal })).filter(isRole),
        ),
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

/** Makes roles of a project, and gives them more. */
export function useRoleChanges(project: string) {
  const api = useApi(kargoApiRef);
  const settled = useSettled(project);
  return {
    create: useKeptMutation('create', {
      mutationFn: (body: NewRole) => api.createProjectRole({ project, body }),
      ...settled('create', 'role'),
    }),
    grant: useKeptMutation('grant', {
      mutationFn: (body: RoleChange) => api.grantProjectRole({ project, body }),
      ...settled('grant', 'role'),
    }),
  };
}

/** The roles of a project, and what can be done with them. */
export type Roles = ReturnType<typeof useRoles>;

function isRole(role: KargoRole | KargoRoleResources): role is KargoRole {
  return role.kind === 'Role';
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

/** The roles of the installation; who has them, its configuration says. */
export function useSystemRoles() {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.systemRoles(),
    queryFn: async ({ signal }) =>
      roleRows((await api.listSystemRoles({}, { signal })).filter(isRole)),
  });
}
