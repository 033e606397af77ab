import { useAnalytics } from '@backstage/frontend-plugin-api';
import { useMutation } from '@tanstack/react-query';
import { WebhookReceiver } from 'backstage-plugin-kargo-common';
import { useKeptMutation } from '../../components/useKeptMutation';
import { useConfigChange } from '../useProjectConfig';

/** Adds receivers to the configuration of a project, and takes them away. */
export function useReceivers(project: string) {
  const analytics = useAnalytics();
  const { write, options } = useConfigChange(project);
  const noted = (action: string) => ({
    onSuccess: () => analytics.captureEvent(action, 'webhook-receiver'),
  });
  return {
    add: useKeptMutation('add', {
      ...options,
      mutationFn: (receiver: WebhookReceiver) =>
        write(({ webhookReceivers = [] }) => ({
          webhookReceivers: [...webhookReceivers, receiver],
        })),
      ...noted('create'),
    }),
    remove: useMutation({
      ...options,
      mutationFn: (name: string) =>
        write(({ webhookReceivers = [] }) => ({
          webhookReceivers: webhookReceivers.filter(
            receiver => receiver.name !== name,
          ),
        })),
      ...noted('delete'),
    }),
  };
}
