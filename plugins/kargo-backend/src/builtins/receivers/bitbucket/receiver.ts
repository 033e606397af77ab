import {
  createWebhookReceiverType,
  WebhookReading,
} from 'backstage-plugin-kargo-node';
import { demandHmac } from '../shared/authentication';
import { SecretConfig } from '../shared/config';
import { NOTHING, pushed, readPayload, refuseEvent } from '../shared/reading';
import {
  CloudPullRequestEvent,
  CloudPush,
  CloudPushEvent,
  ServerPullRequestEvent,
  ServerPush,
  ServerPushEvent,
} from './payload';

const EVENTS = [
  'repo:push',
  'repo:refs_changed',
  'pullrequest:fulfilled',
  'pullrequest:rejected',
  'pr:merged',
  'pr:declined',
] as const;

const REF_PREFIXES: Record<string, string> = {
  branch: 'refs/heads/',
  tag: 'refs/tags/',
};

/** Receives what Bitbucket Cloud and Bitbucket Data Center tell. */
export const bitbucketReceiver = createWebhookReceiverType({
  id: 'bitbucket',
  description:
    'Pushes and pull requests of Bitbucket Cloud and Bitbucket Data Center.',
  config: SecretConfig,
  secretKey: 'secret',
  event: request => request.header('X-Event-Key'),
  screen(request) {
    const event = request.header('X-Event-Key');
    return EVENTS.some(known => known === event)
      ? undefined
      : refuseEvent(event);
  },
  authenticate: (request, secret) =>
    demandHmac(request, secret, {
      header: 'X-Hub-Signature',
      prefix: 'sha256=',
    }),
  read(request, body) {
    switch (request.header('X-Event-Key')) {
      case 'repo:push':
        return readPayload(CloudPushEvent, body, readCloudPush);
      case 'repo:refs_changed':
        return readPayload(ServerPushEvent, body, readServerPush);
      case 'pr:merged':
      case 'pr:declined':
        return readPayload(ServerPullRequestEvent, body, ({ pullRequest }) => ({
          kind: 'pullRequestsEnded',
          urls: [pullRequest.links.self[0].href],
        }));
      default:
        return readPayload(CloudPullRequestEvent, body, ({ pullrequest }) => ({
          kind: 'pullRequestsEnded',
          urls: [pullrequest.links.html.href],
        }));
    }
  },
});

function readCloudPush({ repository, push }: CloudPush): WebhookReading {
  const { href } = repository.links.html;
  const made = push.changes.flatMap(({ new: ref }) => ref ?? []);
  if (push.changes.length > 0 && made.length === 0) {
    // A push of unknown refs would be everybody's, and branches are deleted all the time.
    return NOTHING;
  }
  return pushed({
    repositories: [
      { kind: 'git', url: href },
      // By which it is cloned over SSH; the request does not tell.
      { kind: 'git', url: href.replace(/^https:\/\//, 'ssh://git@') },
    ],
    qualifiers: made.flatMap(({ type, name }) =>
      Object.hasOwn(REF_PREFIXES, type) ? [REF_PREFIXES[type] + name] : [],
    ),
  });
}

function readServerPush(event: ServerPush): WebhookReading {
  return pushed({
    repositories: event.repository.links.clone.map(({ href }) => ({
      kind: 'git',
      url: href,
    })),
    qualifiers: event.changes.map(({ ref }) => ref.id),
  });
}
