import {
  ConfigStatus,
  receiverType,
  WebhookReceiver,
} from 'backstage-plugin-kargo-common';

/** One source of webhooks, as the settings show it. */
export interface ReceiverRow {
  name: string;
  /** `github`, `quay`, … */
  provider: string;
  /** Name of the Secret with what the sender signs with. */
  secret: string;
  /** Where to send; absent until the engine has made the address. */
  url?: string;
}

/** The sources of webhooks that a configuration names, with the addresses made for them. */
export function receiverRows(config: {
  spec: { webhookReceivers?: WebhookReceiver[] };
  status?: ConfigStatus;
}): ReceiverRow[] {
  const made = config.status?.webhookReceivers ?? [];
  return (config.spec.webhookReceivers ?? []).map(receiver => {
    const { name } = receiver;
    const given = receiverType(receiver);
    const url = made.find(address => address.name === name)?.url;
    return {
      name,
      provider: given?.type ?? '',
      secret: given?.config.secretRef.name ?? '',
      ...(url && { url }),
    };
  });
}
