import { createWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { SecretConfig } from '../shared/config';
import { repositoriesOf } from '../shared/mediaTypes';
import { pushed, readPayload } from '../shared/reading';
import { PushEvent } from './payload';

/** Receives what Docker Hub tells. */
export const dockerhubReceiver = createWebhookReceiverType({
  id: 'dockerhub',
  description: 'Pushes to Docker Hub.',
  config: SecretConfig,
  secretKey: 'secret',
  event: () => 'push',
  read: (_, body) =>
    readPayload(PushEvent, body, ({ repository, push_data }) =>
      pushed({
        repositories: repositoriesOf(
          repository.repo_name,
          push_data.media_type,
        ),
        qualifiers: [push_data.tag],
      }),
    ),
});
