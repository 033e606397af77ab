import {
  createWebhookReceiverType,
  WebhookReading,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { demandHmac } from '../shared/authentication';
import { SecretConfig } from '../shared/config';
import { repositoriesOf } from '../shared/mediaTypes';
import {
  INVALID_BODY,
  memberText,
  pushed,
  readPayload,
  refuseEvent,
} from '../shared/reading';
import { Event, Push, PushEvent } from './payload';

const ArtifactoryConfig = SecretConfig.extend({
  /** The virtual repository that subscriptions name, instead of the local one behind it. */
  virtualRepoName: z.string().optional(),
});

/** Receives what JFrog Artifactory tells. */
export const artifactoryReceiver = createWebhookReceiverType({
  id: 'artifactory',
  description: 'Pushes to JFrog Artifactory.',
  config: ArtifactoryConfig,
  secretKey: 'secret-token',
  event: (_, body) =>
    [memberText(body, 'domain'), memberText(body, 'event_type')]
      .filter(Boolean)
      .join(' '),
  authenticate: (request, secret) =>
    demandHmac(request, secret, { header: 'X-JFrog-Event-Auth' }),
  read(_, body, { virtualRepoName }) {
    return readPayload(Event, body, ({ domain, event_type, data }) => {
      const type = data?.image_type ?? '';
      if (domain !== 'docker' || event_type !== 'pushed') {
        return refuseEvent(`${domain} ${event_type}`.trim(), 501);
      }
      return type === 'docker' || type === 'oci'
        ? readPayload(PushEvent, body, push => readPush(push, virtualRepoName))
        : {
            kind: 'refused',
            status: 501,
            message: 'the type of the image is neither docker nor oci',
          };
    });
  },
});

function readPush(
  { jpd_origin, data }: Push,
  virtualRepoName: string | undefined,
): WebhookReading {
  const origin = URL.canParse(jpd_origin) ? new URL(jpd_origin).host : '';
  // The last two are the tag and the name of the manifest.
  const segments = data.path.split('/').filter(Boolean);
  if (origin === '' || segments.length < 2) {
    return INVALID_BODY;
  }
  const path = [
    origin,
    virtualRepoName || data.repo_key,
    ...segments.slice(0, -2),
  ];
  return pushed({
    repositories: repositoriesOf(path.join('/')),
    qualifiers: [data.tag],
  });
}
