import { JsonValue } from 'backstage-plugin-kargo-common';
import { hmacOf, runReceiver } from '../../../testing/webhookRequest';
import { bitbucketReceiver } from './receiver';

const CLOUD_PUSH = {
  actor: { display_name: 'Ada' },
  repository: {
    full_name: 'acme/guestbook',
    links: { html: { href: 'https://bitbucket.org/Acme/guestbook' } },
  },
  push: {
    changes: [
      {
        new: { type: 'branch', name: 'main' },
        old: { type: 'branch', name: 'main' },
      },
      { new: { type: 'tag', name: 'v1.2.0' }, old: null },
      { new: null, old: { type: 'branch', name: 'gone' } },
      { new: { type: 'bookmark', name: 'odd' }, old: null },
    ],
  },
};

const SERVER_PUSH = {
  eventKey: 'repo:refs_changed',
  repository: {
    slug: 'guestbook',
    links: {
      clone: [
        {
          href: 'https://bitbucket.example/scm/acme/guestbook.git',
          name: 'http',
        },
        {
          href: 'ssh://git@bitbucket.example:7999/acme/guestbook.git',
          name: 'ssh',
        },
      ],
    },
  },
  changes: [
    {
      ref: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' },
      type: 'UPDATE',
    },
  ],
};

const CLOUD_PULL_REQUEST = {
  pullrequest: {
    id: 7,
    links: {
      html: { href: 'https://bitbucket.org/acme/guestbook/pull-requests/7' },
    },
  },
};

const SERVER_PULL_REQUEST = {
  pullRequest: {
    id: 7,
    links: {
      self: [
        {
          href: 'https://bitbucket.example/projects/ACME/repos/guestbook/pull-requests/7',
        },
      ],
    },
  },
};

function send(event: string, body: JsonValue, signature?: string) {
  return runReceiver(bitbucketReceiver, {
    headers: {
      'X-Event-Key': event,
      'X-Hub-Signature':
        signature ?? `sha256=${hmacOf(JSON.stringify(body), 's3cr3t')}`,
    },
    body,
  });
}

const cloudEnded = {
  kind: 'pullRequestsEnded',
  urls: ['https://bitbucket.org/acme/guestbook/pull-requests/7'],
};
const serverEnded = {
  kind: 'pullRequestsEnded',
  urls: [
    'https://bitbucket.example/projects/ACME/repos/guestbook/pull-requests/7',
  ],
};

describe('the receiver bitbucket', () => {
  it.each<[string, string, object, object]>([
    [
      'the deletion of branches of Bitbucket Cloud',
      'repo:push',
      {
        ...CLOUD_PUSH,
        push: {
          changes: [{ new: null, old: { type: 'branch', name: 'gone' } }],
        },
      },
      { kind: 'nothing' },
    ],
    [
      'a push to Bitbucket Cloud',
      'repo:push',
      CLOUD_PUSH,
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: [
              { kind: 'git', url: 'https://bitbucket.org/Acme/guestbook' },
              { kind: 'git', url: 'ssh://git@bitbucket.org/Acme/guestbook' },
            ],
            qualifiers: ['refs/heads/main', 'refs/tags/v1.2.0'],
          },
        ],
      },
    ],
    [
      'a push to Bitbucket Data Center',
      'repo:refs_changed',
      SERVER_PUSH,
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: [
              {
                kind: 'git',
                url: 'https://bitbucket.example/scm/acme/guestbook.git',
              },
              {
                kind: 'git',
                url: 'ssh://git@bitbucket.example:7999/acme/guestbook.git',
              },
            ],
            qualifiers: ['refs/heads/main'],
          },
        ],
      },
    ],
    [
      'a merged pull request of Cloud',
      'pullrequest:fulfilled',
      CLOUD_PULL_REQUEST,
      cloudEnded,
    ],
    [
      'a declined pull request of Cloud',
      'pullrequest:rejected',
      CLOUD_PULL_REQUEST,
      cloudEnded,
    ],
    [
      'a merged pull request of Data Center',
      'pr:merged',
      SERVER_PULL_REQUEST,
      serverEnded,
    ],
    [
      'a declined pull request of Data Center',
      'pr:declined',
      SERVER_PULL_REQUEST,
      serverEnded,
    ],
    [
      'a pull request without an address',
      'pr:merged',
      { pullRequest: { links: { self: [] } } },
      { kind: 'refused', status: 400, message: 'invalid request body' },
    ],
  ])('takes %s for what it is', (_, event, body, expected) => {
    expect(send(event, body as JsonValue)).toEqual(expected);
  });

  it('refuses events that it does not know before it looks at the signature', () => {
    expect(send('repo:fork', {}, 'sha256=00')).toMatchObject({ status: 400 });
  });

  it('demands a signature, which hooks without a secret do not send', () => {
    expect(send('repo:push', CLOUD_PUSH, '')).toMatchObject({
      status: 401,
      message: 'missing signature',
    });
  });
});
