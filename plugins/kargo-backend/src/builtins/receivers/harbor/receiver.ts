import { createWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { demandSecret } from '../shared/authentication';
import { SecretConfig } from '../shared/config';
import { repositoriesOf } from '../shared/mediaTypes';
import {
  memberText,
  pushed,
  readPayload,
  refuseEvent,
} from '../shared/reading';
import { PushEvent } from './payload';

/** Receives what Harbor tells in its default format. */
export const harborReceiver = createWebhookReceiverType({
  id: 'harbor',
  description: 'Pushes to Harbor.',
  config: SecretConfig,
  secretKey: 'auth-header',
  event: (_, body) => memberText(body, 'type'),
  authenticate: (request, secret) =>
    demandSecret(request, secret, {
      header: 'Authorization',
      missing: 'missing authorization',
    }),
  read(_, body) {
    const event = memberText(body, 'type');
    return event === 'PUSH_ARTIFACT'
      ? readPayload(PushEvent, body, ({ event_data: { resources } }) =>
          pushed({
            // It does not tell what it is.
            repositories: repositoriesOf(resources[0].resource_url),
            qualifiers: resources.map(({ tag }) => tag),
          }),
        )
      : refuseEvent(event);
  },
});
