import { useAnalytics, useApi } from '@backstage/frontend-plugin-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ProjectConfig, WebhookReceiver } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../../kargoApiRef';
import { writeConfig } from '../writeConfig';

/** Adds receivers to the configuration of a project, and takes them away. */
export function useReceivers(
  project: string,
  config: ProjectConfig | undefined,
) {
  const api = useApi(kargoApiRef);
  const analytics = useAnalytics();
  const client = useQueryClient();
  const receivers = config?.spec.webhookReceivers ?? [];
  const write = (webhookReceivers: WebhookReceiver[]) =>
    writeConfig(api, project, config, { webhookReceivers });
  const settled = (action: string) => ({
    onSuccess: () => analytics.captureEvent(action, 'webhook-receiver'),
    // Also after a failure: somebody else may have changed it meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ['kargo', project] }),
  });
  return {
    add: useMutation({
      mutationFn: (receiver: WebhookReceiver) =>
        write([...receivers, receiver]),
      ...settled('create'),
    }),
    remove: useMutation({
      mutationFn: (name: string) =>
        write(receivers.filter(receiver => receiver.name !== name)),
      ...settled('delete'),
    }),
  };
}
