import { useAnalytics, useApi } from '@backstage/frontend-plugin-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PromoteRequest } from 'backstage-plugin-kargo-common';
import { useKeptMutation } from '../components/useKeptMutation';
import { kargoApiRef } from '../kargoApiRef';
import { invalidateProject } from './invalidateProject';

/**
 * Everything a person can set off in a project. Each action reports what kind of
 * thing it did, never its name, and lets the lists load again in case no stream runs.
 */
export function useKargoActions(project: string) {
  const api = useApi(kargoApiRef);
  const analytics = useAnalytics();
  const client = useQueryClient();
  const settled = (action: string, subject: string) => ({
    onSuccess: () => {
      analytics.captureEvent(action, subject);
      invalidateProject(client, project);
    },
  });
  return {
    promote: useMutation({
      mutationFn: (input: { stage: string; request: PromoteRequest }) =>
        api.promoteToStage({
          project,
          stage: input.stage,
          body: input.request,
        }),
      ...settled('create', 'promotion'),
    }),
    approve: useMutation({
      mutationFn: (input: { stage: string; freight: string }) =>
        api.approveFreight({
          project,
          freight: input.freight,
          stage: input.stage,
        }),
      ...settled('approve', 'freight'),
    }),
    rename: useKeptMutation('rename', {
      mutationFn: (input: { freight: string; alias: string }) =>
        api.patchFreightAlias({
          project,
          freight: input.freight,
          newAlias: input.alias,
        }),
      ...settled('rename', 'freight'),
    }),
    retryPromotion: useMutation({
      mutationFn: (name: string) => api.retryPromotion({ project, name }),
      ...settled('create', 'promotion'),
    }),
    abortPromotion: useMutation({
      mutationFn: (name: string) => api.abortPromotion({ project, name }),
      ...settled('abort', 'promotion'),
    }),
    refreshPromotion: useMutation({
      mutationFn: (name: string) => api.refreshPromotion({ project, name }),
      ...settled('refresh', 'promotion'),
    }),
    refreshStage: useMutation({
      mutationFn: (name: string) => api.refreshStage({ project, stage: name }),
      ...settled('refresh', 'stage'),
    }),
    refreshWarehouse: useMutation({
      mutationFn: (name: string) => api.refreshWarehouse({ project, name }),
      ...settled('refresh', 'warehouse'),
    }),
    verifyStage: useMutation({
      mutationFn: (name: string) => api.verifyStage({ project, stage: name }),
      ...settled('create', 'verification'),
    }),
    abortVerification: useMutation({
      mutationFn: (name: string) =>
        api.abortVerification({ project, stage: name }),
      ...settled('abort', 'verification'),
    }),
  };
}

/** The actions of a project. */
export type KargoActions = ReturnType<typeof useKargoActions>;
