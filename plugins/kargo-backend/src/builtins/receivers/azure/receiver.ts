import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  createWebhookReceiverType,
  WebhookReading,
} from 'backstage-plugin-kargo-node';
import { SecretConfig } from '../shared/config';
import { repositoriesOf } from '../shared/mediaTypes';
import {
  distinct,
  INVALID_BODY,
  memberText,
  NOTHING,
  pushed,
  readPayload,
  refuseEvent,
} from '../shared/reading';
import {
  GitPushEvent,
  PullRequestChange,
  PullRequestEvent,
  RegistryPushEvent,
} from './payload';

type Sender = 'registry' | 'devops' | undefined;

/** Receives what Azure's container registries and Azure DevOps tell. */
export const azureReceiver = createWebhookReceiverType({
  id: 'azure',
  description:
    'Pushes to container registries of Azure, and pushes and pull requests of Azure DevOps.',
  config: SecretConfig,
  secretKey: 'secret',
  event: (request, body) =>
    memberText(body, senderOf(request) === 'devops' ? 'eventType' : 'action'),
  screen: request =>
    senderOf(request)
      ? undefined
      : {
          kind: 'refused',
          status: 400,
          message:
            'the User-Agent is neither AzureContainerRegistry nor VSServices',
        },
  read: (request, body) =>
    senderOf(request) === 'registry' ? readRegistry(body) : readDevOps(body),
});

function senderOf(request: { header(name: string): string }): Sender {
  const agent = request.header('User-Agent');
  if (agent.startsWith('AzureContainerRegistry')) {
    return 'registry';
  }
  return agent.startsWith('VSServices') ? 'devops' : undefined;
}

function readRegistry(body: JsonValue | undefined): WebhookReading {
  const action = memberText(body, 'action');
  switch (action) {
    case 'ping':
      return { kind: 'nothing', message: 'the webhook is set up' };
    case 'push':
      return readPayload(RegistryPushEvent, body, ({ request, target }) =>
        pushed({
          repositories: repositoriesOf(
            `${request.host}/${target.repository}`,
            target.mediaType,
          ),
          qualifiers: [target.tag],
        }),
      );
    default:
      return refuseEvent(action);
  }
}

function readDevOps(body: JsonValue | undefined): WebhookReading {
  const event = memberText(body, 'eventType');
  switch (event) {
    case 'git.push':
      return readPayload(GitPushEvent, body, ({ resource }) => {
        const { remoteUrl, defaultBranch } = resource.repository;
        const branch = defaultBranch.replace(/^refs\/heads\//, '');
        return pushed({
          repositories: [...spellings(remoteUrl), ...overSsh(remoteUrl)].map(
            url => ({ kind: 'git', url }),
          ),
          qualifiers: resource.refUpdates.map(({ name }) => name),
          ...(branch && { defaultBranch: branch }),
        });
      });
    case 'git.pullrequest.merged':
    case 'git.pullrequest.updated':
      return readPayload(PullRequestEvent, body, ({ resource }) =>
        event === 'git.pullrequest.merged' || resource.status === 'abandoned'
          ? readEnd(resource)
          : NOTHING,
      );
    default:
      return refuseEvent(event);
  }
}

function readEnd({
  _links: links,
  pullRequestId,
  repository,
}: PullRequestChange['resource']): WebhookReading {
  const url =
    links?.web.href ??
    (repository?.remoteUrl &&
      pullRequestId &&
      `${repository.remoteUrl}/pullrequest/${pullRequestId}`);
  return url
    ? { kind: 'pullRequestsEnded', urls: spellings(url) }
    : INVALID_BODY;
}

/**
 * An address of Azure DevOps as it is written, and in whole on the host of today: some
 * organizations go by their older host, and who is named as the project may leave it out.
 */
function spellings(url: string): string[] {
  return distinct([url, wholeAddress(url)]);
}

/** How the repository at an address is cloned over SSH, on the host of today and the older one. */
function overSsh(url: string): string[] {
  const [, organization, path] =
    /^https:\/\/(?:[^/@]*@)?dev\.azure\.com\/([^/]+)\/([^/]+\/_git\/[^/?#]+)/i.exec(
      wholeAddress(url),
    ) ?? [];
  if (!organization) {
    return [];
  }
  const place = `v3/${organization}/${path.replace('/_git/', '/')}`;
  return [
    `git@ssh.dev.azure.com:${place}`,
    `${organization}@vs-ssh.visualstudio.com:${place}`,
  ];
}

function wholeAddress(url: string): string {
  return url
    .replace(
      /^https:\/\/([^./@]+)\.visualstudio\.com\/(?:DefaultCollection\/)?/i,
      'https://dev.azure.com/$1/',
    )
    .replace(
      /^(https:\/\/(?:[^/@]*@)?dev\.azure\.com\/[^/]+)\/_git\/([^/]+)/i,
      '$1/$2/_git/$2',
    );
}
