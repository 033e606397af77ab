import { JsonValue } from 'backstage-plugin-kargo-common';
import { runReceiver, webhookRequest } from '../../../testing/webhookRequest';
import { azureReceiver } from './receiver';

const REGISTRY = 'AzureContainerRegistry/1.0';
const DEVOPS = 'VSServices/19.250.36007.1';

function registryPush(mediaType: string) {
  return {
    id: 'cb8c3971-9adc-488b-bdd8-43cbb4974ff5',
    action: 'push',
    target: {
      mediaType,
      size: 524,
      repository: 'acme/guestbook',
      tag: 'v1.2.0',
    },
    request: { host: 'acme.azurecr.io', method: 'PUT' },
  };
}

const GIT_PUSH = {
  eventType: 'git.push',
  publisherId: 'tfs',
  resource: {
    refUpdates: [
      {
        name: 'refs/heads/main',
        oldObjectId: 'aad331d8d3b131fa9ae03cf5e53965b51942618a',
        newObjectId: '33b55f7cb7e7e245323987634f960cf4a6e6bc74',
      },
    ],
    repository: {
      name: 'guestbook',
      remoteUrl: 'https://dev.azure.com/acme/web/_git/guestbook',
      defaultBranch: 'refs/heads/main',
    },
  },
};

function pullRequest(eventType: string, status: string) {
  return {
    eventType,
    resource: {
      pullRequestId: 7,
      status,
      _links: {
        web: {
          href: 'https://dev.azure.com/acme/web/_git/guestbook/pullrequest/7',
        },
      },
    },
  };
}

const ENDED = {
  kind: 'pullRequestsEnded',
  urls: ['https://dev.azure.com/acme/web/_git/guestbook/pullrequest/7'],
};
const URL = 'acme.azurecr.io/acme/guestbook';
const image = { kind: 'image', url: URL };
const chart = { kind: 'chart', url: URL };

function send(agent: string, body: JsonValue) {
  return runReceiver(azureReceiver, { headers: { 'User-Agent': agent }, body });
}

describe('the receiver azure', () => {
  it.each([
    ['application/vnd.docker.distribution.manifest.v2+json', [image]],
    ['application/vnd.oci.image.index.v1+json', [image]],
    ['application/vnd.cncf.helm.config.v1+json', [chart]],
    ['application/vnd.oci.image.manifest.v1+json', [image, chart]],
    ['', [image, chart]],
  ])('takes a push of %j for %j', (mediaType, repositories) => {
    expect(send(REGISTRY, registryPush(mediaType))).toEqual({
      kind: 'pushed',
      pushes: [{ repositories, qualifiers: ['v1.2.0'] }],
    });
  });

  it.each<[string, string, object, object]>([
    [
      'a ping of a registry',
      REGISTRY,
      { action: 'ping' },
      { kind: 'nothing', message: 'the webhook is set up' },
    ],
    [
      'a deletion in a registry',
      REGISTRY,
      { action: 'delete' },
      {
        kind: 'refused',
        status: 400,
        message: 'event type delete is not supported',
      },
    ],
    [
      'a push to a repository',
      DEVOPS,
      GIT_PUSH,
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: [
              {
                kind: 'git',
                url: 'https://dev.azure.com/acme/web/_git/guestbook',
              },
              {
                kind: 'git',
                url: 'git@ssh.dev.azure.com:v3/acme/web/guestbook',
              },
              {
                kind: 'git',
                url: 'acme@vs-ssh.visualstudio.com:v3/acme/web/guestbook',
              },
            ],
            qualifiers: ['refs/heads/main'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    [
      'a merged pull request',
      DEVOPS,
      pullRequest('git.pullrequest.merged', 'completed'),
      ENDED,
    ],
    [
      'an abandoned pull request',
      DEVOPS,
      pullRequest('git.pullrequest.updated', 'abandoned'),
      ENDED,
    ],
    [
      'a merged pull request in the first version of the events',
      DEVOPS,
      {
        eventType: 'git.pullrequest.merged',
        resource: {
          pullRequestId: 7,
          status: 'completed',
          repository: GIT_PUSH.resource.repository,
        },
        resourceVersion: '1.0',
      },
      ENDED,
    ],
    [
      'a merged pull request of which it is not told which it is',
      DEVOPS,
      { eventType: 'git.pullrequest.merged', resource: { pullRequestId: 7 } },
      { kind: 'refused', status: 400, message: 'invalid request body' },
    ],
    [
      'a pull request that goes on',
      DEVOPS,
      pullRequest('git.pullrequest.updated', 'active'),
      { kind: 'nothing' },
    ],
    [
      'another event',
      DEVOPS,
      { eventType: 'build.complete' },
      {
        kind: 'refused',
        status: 400,
        message: 'event type build.complete is not supported',
      },
    ],
    [
      'nothing',
      DEVOPS,
      [],
      { kind: 'refused', status: 400, message: 'missing event' },
    ],
  ])('takes %s for what it is', (_, agent, body, expected) => {
    expect(send(agent, body as JsonValue)).toEqual(expected);
  });

  it.each([
    [
      'https://acme.visualstudio.com/DefaultCollection/web/_git/guestbook',
      'https://dev.azure.com/acme/web/_git/guestbook',
    ],
    [
      'https://acme.visualstudio.com/_git/guestbook',
      'https://dev.azure.com/acme/guestbook/_git/guestbook',
    ],
    [
      'https://dev.azure.com/acme/_git/guestbook',
      'https://dev.azure.com/acme/guestbook/_git/guestbook',
    ],
  ])('knows %s by its whole address, too', (given, whole) => {
    const { refUpdates } = GIT_PUSH.resource;
    const repository = { remoteUrl: given };
    expect(
      send(DEVOPS, { ...GIT_PUSH, resource: { refUpdates, repository } }),
    ).toMatchObject({
      pushes: [
        {
          repositories: [
            { kind: 'git', url: given },
            { kind: 'git', url: whole },
            {
              kind: 'git',
              url: expect.stringMatching(
                /^git@ssh\.dev\.azure\.com:v3\/acme\/\w+\/guestbook$/,
              ),
            },
            expect.anything(),
          ],
        },
      ],
    });
    const href = `${given}/pullrequest/7#view=discussion`;
    const resource = { status: 'abandoned', _links: { web: { href } } };
    expect(
      send(DEVOPS, { eventType: 'git.pullrequest.updated', resource }),
    ).toEqual({
      kind: 'pullRequestsEnded',
      urls: [href, `${whole}/pullrequest/7#view=discussion`],
    });
  });

  it('refuses other senders', () => {
    expect(send('curl/8', { action: 'ping' })).toMatchObject({ status: 400 });
  });

  it('names events as either sender does', () => {
    const event = (agent: string, body: JsonValue) =>
      azureReceiver.event(
        webhookRequest({ headers: { 'User-Agent': agent } }),
        body,
      );
    expect(event(REGISTRY, registryPush(''))).toBe('push');
    expect(event(DEVOPS, GIT_PUSH)).toBe('git.push');
  });

  it('leaves a push of very many refs to discovery', () => {
    const refUpdates = Array.from({ length: 1_001 }, (_, index) => ({
      name: `refs/tags/v${index}`,
    }));
    const { repository } = GIT_PUSH.resource;
    expect(
      runReceiver(azureReceiver, {
        headers: { 'User-Agent': DEVOPS },
        body: { ...GIT_PUSH, resource: { repository, refUpdates } },
      }),
    ).toMatchObject({ pushes: [{ qualifiers: [] }] });
  });
});
