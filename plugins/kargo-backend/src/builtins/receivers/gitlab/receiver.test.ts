import { JsonValue } from 'backstage-plugin-kargo-common';
import { runReceiver } from '../../../testing/webhookRequest';
import { gitlabReceiver } from './receiver';

const COMMIT = {
  id: 'b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327',
  message: 'Say hello',
  added: ['apps/a.yaml'],
  modified: ['README.md'],
  removed: ['old'],
};

const PUSH = {
  object_kind: 'push',
  event_name: 'push',
  before: '95790bf891e76fee5e1747ab589903a6a1f80f22',
  ref: 'refs/heads/main',
  user_username: 'ada',
  project: {
    id: 15,
    path_with_namespace: 'acme/guestbook',
    default_branch: 'main',
  },
  repository: {
    name: 'guestbook',
    git_http_url: 'https://gitlab.example/acme/guestbook.git',
    git_ssh_url: 'git@gitlab.example:acme/guestbook.git',
    visibility_level: 0,
  },
  commits: [COMMIT],
  total_commits_count: 1,
};

const REPOSITORIES = [
  { kind: 'git', url: 'https://gitlab.example/acme/guestbook.git' },
  { kind: 'git', url: 'git@gitlab.example:acme/guestbook.git' },
];

function mergeRequest(action: string) {
  return {
    object_kind: 'merge_request',
    object_attributes: {
      iid: 7,
      action,
      state: 'merged',
      url: 'https://gitlab.example/acme/guestbook/-/merge_requests/7',
    },
  };
}

const ENDED = {
  kind: 'pullRequestsEnded',
  urls: ['https://gitlab.example/acme/guestbook/-/merge_requests/7'],
};

function send(event: string, body: JsonValue, token = 's3cr3t') {
  return runReceiver(gitlabReceiver, {
    headers: { 'X-Gitlab-Event': event, 'X-Gitlab-Token': token },
    body,
  });
}

describe('the receiver gitlab', () => {
  it.each<[string, string, object, object]>([
    [
      'a push',
      'Push Hook',
      PUSH,
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: REPOSITORIES,
            qualifiers: ['refs/heads/main'],
            changedFiles: ['apps/a.yaml', 'README.md', 'old'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    [
      'a push of more commits than are told',
      'Push Hook',
      { ...PUSH, total_commits_count: 21 },
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: REPOSITORIES,
            qualifiers: ['refs/heads/main'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    [
      'a push of a branch that is new',
      'Push Hook',
      { ...PUSH, before: '0'.repeat(40) },
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: REPOSITORIES,
            qualifiers: ['refs/heads/main'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    [
      'a tag',
      'Tag Push Hook',
      { ...PUSH, object_kind: 'tag_push', ref: 'refs/tags/v1.2.0' },
      {
        kind: 'pushed',
        pushes: [
          {
            repositories: REPOSITORIES,
            qualifiers: ['refs/tags/v1.2.0'],
            defaultBranch: 'main',
          },
        ],
      },
    ],
    [
      'a merge request that is merged',
      'Merge Request Hook',
      mergeRequest('merge'),
      ENDED,
    ],
    [
      'a merge request that is closed',
      'Merge Request Hook',
      mergeRequest('close'),
      ENDED,
    ],
    [
      'a merge request that goes on',
      'Merge Request Hook',
      mergeRequest('update'),
      { kind: 'nothing' },
    ],
    [
      'another event',
      'Pipeline Hook',
      {},
      {
        kind: 'refused',
        status: 400,
        message: 'event type Pipeline Hook is not supported',
      },
    ],
    [
      'a push without a repository',
      'Push Hook',
      { ref: 'refs/heads/main' },
      { kind: 'refused', status: 400, message: 'invalid request body' },
    ],
  ])('takes %s for what it is', (_, event, body, expected) => {
    expect(send(event, body as JsonValue)).toEqual(expected);
  });

  it('looks at the token before the event', () => {
    expect(send('Pipeline Hook', {}, 'wrong')).toMatchObject({ status: 401 });
    expect(send('Push Hook', PUSH, '')).toEqual({
      kind: 'refused',
      status: 401,
    });
  });
});
