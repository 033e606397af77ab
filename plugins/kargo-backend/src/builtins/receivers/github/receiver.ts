import {
  createWebhookReceiverType,
  WebhookReading,
} from 'backstage-plugin-kargo-node';
import { demandHmac } from '../shared/authentication';
import { changedFiles } from '../shared/commits';
import { SecretConfig } from '../shared/config';
import { repositoriesOf } from '../shared/mediaTypes';
import {
  INVALID_BODY,
  NOTHING,
  pushed,
  readPayload,
  refuseEvent,
} from '../shared/reading';
import {
  PackageChange,
  PackageEvent,
  PullRequestEvent,
  Push,
  PushEvent,
} from './payload';

const EVENTS = [
  'ping',
  'push',
  'package',
  'registry_package',
  'pull_request',
] as const;

/** GitHub leaves out commits of larger pushes. */
const MAX_COMMITS = 2048;

/** Receives what GitHub and its package registry tell. */
export const githubReceiver = createWebhookReceiverType({
  id: 'github',
  description: 'Pushes, packages and pull requests of GitHub.',
  config: SecretConfig,
  secretKey: 'secret',
  event: request => request.header('X-GitHub-Event'),
  screen(request) {
    const event = request.header('X-GitHub-Event');
    return EVENTS.some(known => known === event)
      ? undefined
      : refuseEvent(event);
  },
  authenticate: (request, secret) =>
    demandHmac(request, secret, {
      header: 'X-Hub-Signature-256',
      prefix: 'sha256=',
    }),
  read(request, body) {
    switch (request.header('X-GitHub-Event')) {
      case 'ping':
        return { kind: 'nothing', message: 'the webhook is set up' };
      case 'push':
        return readPayload(PushEvent, body, readPush);
      case 'pull_request':
        return readPayload(PullRequestEvent, body, event =>
          event.action === 'closed'
            ? {
                kind: 'pullRequestsEnded',
                urls: [event.pull_request.html_url],
              }
            : NOTHING,
        );
      default:
        return readPayload(PackageEvent, body, readPackage);
    }
  },
});

function readPush(event: Push): WebhookReading {
  const { clone_url, ssh_url, default_branch } = event.repository;
  const isOther =
    event.ref.startsWith('refs/heads/') && (event.created || event.forced);
  const isWhole = !isOther && event.commits.length < MAX_COMMITS;
  return pushed({
    repositories: [
      { kind: 'git', url: clone_url },
      { kind: 'git', url: ssh_url },
    ],
    qualifiers: [event.ref],
    ...(isWhole && {
      changedFiles: changedFiles([
        ...event.commits,
        ...(event.head_commit ? [event.head_commit] : []),
      ]),
    }),
    ...(default_branch && { defaultBranch: default_branch }),
  });
}

function readPackage(event: PackageChange): WebhookReading {
  if (event.action !== 'published' && event.action !== 'updated') {
    return NOTHING;
  }
  const found = event.package ?? event.registry_package;
  const version = found?.package_version;
  if (!found || !version) {
    return INVALID_BODY;
  }
  if (!/^container$|^docker$/i.test(found.package_type)) {
    return NOTHING;
  }
  const { container_metadata: container } = version;
  // A manifest without a tag has an address that ends with a colon.
  const url = version.package_url.replace(/:$/, '');
  return pushed({
    repositories: repositoriesOf(
      url,
      container?.manifest?.config?.media_type ?? undefined,
    ),
    qualifiers: [container?.tag?.name ?? ''],
  });
}
