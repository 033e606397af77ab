import { createWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { SecretConfig } from '../shared/config';
import { repositoriesOf } from '../shared/mediaTypes';
import { pushed, readPayload } from '../shared/reading';
import { PushEvent } from './payload';

/** Receives what Quay tells. */
export const quayReceiver = createWebhookReceiverType({
  id: 'quay',
  description: 'Pushes to Quay.',
  config: SecretConfig,
  secretKey: 'secret',
  event: () => 'push',
  read: (_, body) =>
    readPayload(PushEvent, body, ({ docker_url, updated_tags }) =>
      pushed({
        // It does not tell what it is.
        repositories: repositoriesOf(docker_url),
        qualifiers: updated_tags,
      }),
    ),
});
