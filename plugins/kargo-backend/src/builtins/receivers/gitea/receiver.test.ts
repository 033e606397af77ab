import { JsonValue } from 'backstage-plugin-kargo-common';
import { hmacOf, runReceiver } from '../../../testing/webhookRequest';
import { giteaReceiver } from './receiver';

const PUSH = {
  ref: 'refs/heads/main',
  before: '28e1879d029cb852e4844d9c718537df08844e03',
  compare_url: 'https://gitea.example/acme/guestbook/compare/a...b',
  commits: [
    {
      id: 'bffeb74224043ba2feb48d137756c8a9331c449a',
      added: ['a'],
      modified: [],
      removed: [],
    },
  ],
  total_commits: 1,
  repository: {
    full_name: 'acme/guestbook',
    clone_url: 'https://gitea.example/acme/guestbook.git',
    ssh_url: 'ssh://git@gitea.example:2222/acme/guestbook.git',
    default_branch: 'main',
  },
};

function pullRequest(action: string) {
  return {
    action,
    number: 7,
    pull_request: { html_url: 'https://gitea.example/acme/guestbook/pulls/7' },
  };
}

function send(event: string, body: JsonValue, signature?: string) {
  return runReceiver(giteaReceiver, {
    headers: {
      'X-Gitea-Event': event,
      'X-Hub-Signature-256':
        signature ?? `sha256=${hmacOf(JSON.stringify(body), 's3cr3t')}`,
    },
    body,
  });
}

describe('the receiver gitea', () => {
  it.each<[string, string, object, object]>([
    [
      'a push',
      'push',
      PUSH,
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: [
              { kind: 'git', url: PUSH.repository.clone_url },
              { kind: 'git', url: PUSH.repository.ssh_url },
            ],
            qualifiers: ['refs/heads/main'],
            changedFiles: ['a'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    [
      'a push that does not tell of how many commits',
      'push',
      { ...PUSH, total_commits: undefined },
      {
        kind: 'pushed',
        pushes: [expect.objectContaining({ changedFiles: ['a'] })],
      },
    ],
    [
      'a push of more commits than are told',
      'push',
      { ...PUSH, total_commits: 6 },
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: [
              { kind: 'git', url: PUSH.repository.clone_url },
              { kind: 'git', url: PUSH.repository.ssh_url },
            ],
            qualifiers: ['refs/heads/main'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    [
      'a push of a branch that is new',
      'push',
      { ...PUSH, before: '0'.repeat(40) },
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: [
              { kind: 'git', url: PUSH.repository.clone_url },
              { kind: 'git', url: PUSH.repository.ssh_url },
            ],
            qualifiers: ['refs/heads/main'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    ...['', null, undefined].map((branch): [string, string, object, object] => [
      `a push of a repository whose default branch is ${JSON.stringify(
        branch,
      )}`,
      'push',
      {
        ...PUSH,
        repository: { ...PUSH.repository, default_branch: branch },
      },
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: [
              { kind: 'git', url: PUSH.repository.clone_url },
              { kind: 'git', url: PUSH.repository.ssh_url },
            ],
            qualifiers: ['refs/heads/main'],
            changedFiles: ['a'],
          },
        ],
      },
    ]),
    [
      'a pull request that is closed',
      'pull_request',
      pullRequest('closed'),
      {
        kind: 'pullRequestsEnded',
        urls: ['https://gitea.example/acme/guestbook/pulls/7'],
      },
    ],
    [
      'a pull request that goes on',
      'pull_request',
      pullRequest('opened'),
      { kind: 'nothing' },
    ],
  ])('takes %s for what it is', (_, event, body, expected) => {
    expect(send(event, body as JsonValue)).toEqual(expected);
  });

  it('does not support other events, whoever sends them', () => {
    expect(send('issues', {}, 'sha256=00')).toEqual({
      kind: 'refused',
      status: 501,
      message: 'event type issues is not supported',
    });
  });

  it('demands a signature', () => {
    expect(send('push', PUSH, 'sha256=00')).toMatchObject({ status: 401 });
  });
});
