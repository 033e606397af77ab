import {
  ConfigStatus,
  receiverType,
  WebhookReceiver,
} from 'backstage-plugin-kargo-common';

/** One source of webhooks, as the settings show it. */
export interface ReceiverRow {
  metadata: { name: string };
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
      metadata: { name },
      provider: given?.type ?? '',
      secret: given?.config.secretRef.name ?? '',
      ...(url && { url }),
    };
  });
}

/** Types of which everything can be said in a form; others are written as a manifest. */
export const FORM_TYPES = [
  'github',
  'gitlab',
  'gitea',
  'bitbucket',
  'azure',
  'dockerhub',
  'quay',
  'harbor',
  'artifactory',
] as const;

/** What a person says of a new receiver. */
export interface ReceiverForm {
  name: string;
  type: (typeof FORM_TYPES)[number];
  secret: string;
  /** Of Artifactory: the repository that people pull from, where it is a virtual one. */
  virtualRepoName: string;
}

/** A receiver as it stands in the configuration. */
export function receiverOf(form: ReceiverForm): WebhookReceiver {
  const { name, type, secret, virtualRepoName } = form;
  return {
    name: name.trim(),
    [type]: {
      secretRef: { name: secret.trim() },
      ...(type === 'artifactory' &&
        virtualRepoName.trim() && { virtualRepoName: virtualRepoName.trim() }),
    },
  };
}
