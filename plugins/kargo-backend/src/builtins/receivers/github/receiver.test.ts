import { JsonValue } from 'backstage-plugin-kargo-common';
import { hmacOf, runReceiver } from '../../../testing/webhookRequest';
import { githubReceiver } from './receiver';

const REPOSITORY = {
  id: 186853002,
  full_name: 'Acme/Guestbook',
  private: true,
  html_url: 'https://github.com/Acme/Guestbook',
  clone_url: 'https://github.com/Acme/Guestbook.git',
  ssh_url: 'git@github.com:Acme/Guestbook.git',
  default_branch: 'trunk',
};

const COMMIT = {
  id: '0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c',
  message: 'Say hello',
  author: { name: 'Ada', email: 'ada@acme.example' },
  added: ['apps/a.yaml'],
  removed: [],
  modified: ['README.md'],
};

const PUSH = {
  ref: 'refs/heads/trunk',
  before: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
  after: COMMIT.id,
  created: false,
  deleted: false,
  repository: REPOSITORY,
  pusher: { name: 'ada' },
  commits: [COMMIT, { ...COMMIT, added: [], modified: ['README.md', 'b'] }],
  head_commit: { ...COMMIT, removed: ['c'] },
};

const PACKAGE = {
  name: 'guestbook',
  namespace: 'acme',
  package_type: 'CONTAINER',
  package_version: {
    id: 1,
    version: 'sha256:4f2c',
    package_url: 'ghcr.io/acme/guestbook:v1.2.0',
    container_metadata: {
      tag: { name: 'v1.2.0', digest: 'sha256:4f2c' },
      manifest: {
        media_type: 'application/vnd.oci.image.manifest.v1+json',
        config: { media_type: 'application/vnd.oci.image.config.v1+json' },
      },
    },
  },
};

function send(event: string, body: JsonValue, signature?: string) {
  return runReceiver(githubReceiver, {
    headers: {
      'X-GitHub-Event': event,
      'X-Hub-Signature-256':
        signature ?? `sha256=${hmacOf(JSON.stringify(body), 's3cr3t')}`,
    },
    body,
  });
}

describe('the receiver github', () => {
  it('reads a push, with every file that is touched', () => {
    expect(send('push', PUSH)).toEqual({
      kind: 'pushed',
      pushes: [
        {
          repositories: [
            { kind: 'git', url: REPOSITORY.clone_url },
            { kind: 'git', url: REPOSITORY.ssh_url },
          ],
          qualifiers: ['refs/heads/trunk'],
          changedFiles: ['apps/a.yaml', 'README.md', 'b', 'c'],
          defaultBranch: 'trunk',
        },
      ],
    });
  });

  it('does not trust the files of a push that is too large to be told whole', () => {
    const commits = Array.from({ length: 2048 }, () => COMMIT);
    expect(send('push', { ...PUSH, commits })).toMatchObject({
      pushes: [
        expect.not.objectContaining({ changedFiles: expect.anything() }),
      ],
    });
  });

  it.each(['created', 'forced'])(
    'does not trust the files of a branch that is %s: it may have come to more',
    how => {
      expect(send('push', { ...PUSH, [how]: true, commits: [] })).toMatchObject(
        {
          pushes: [
            expect.not.objectContaining({ changedFiles: expect.anything() }),
          ],
        },
      );
    },
  );

  it('reads the push of a tag, which has no commits', () => {
    expect(
      send('push', {
        ...PUSH,
        ref: 'refs/tags/v1.2.0',
        commits: [],
        head_commit: null,
      }),
    ).toMatchObject({
      pushes: [{ qualifiers: ['refs/tags/v1.2.0'], changedFiles: [] }],
    });
  });

  it.each<[string, string, object, unknown]>([
    [
      'an image',
      'package',
      { action: 'published', package: PACKAGE },
      {
        repositories: [{ kind: 'image', url: 'ghcr.io/acme/guestbook:v1.2.0' }],
        qualifiers: ['v1.2.0'],
      },
    ],
    [
      'an image, in the words of the registry',
      'registry_package',
      { action: 'updated', registry_package: PACKAGE },
      {
        repositories: [{ kind: 'image', url: 'ghcr.io/acme/guestbook:v1.2.0' }],
        qualifiers: ['v1.2.0'],
      },
    ],
    [
      'a manifest without a tag',
      'package',
      {
        action: 'published',
        package: {
          ...PACKAGE,
          package_version: {
            package_url: 'ghcr.io/acme/guestbook:',
            container_metadata: { tag: { name: '' } },
          },
        },
      },
      {
        repositories: [
          { kind: 'image', url: 'ghcr.io/acme/guestbook' },
          { kind: 'chart', url: 'ghcr.io/acme/guestbook' },
        ],
        qualifiers: [],
      },
    ],
    [
      'a chart',
      'package',
      {
        action: 'published',
        package: {
          ...PACKAGE,
          package_version: {
            package_url: 'ghcr.io/acme/charts/guestbook:1.2.0',
            container_metadata: {
              tag: { name: '1.2.0' },
              manifest: {
                config: {
                  media_type: 'application/vnd.cncf.helm.config.v1+json',
                },
              },
            },
          },
        },
      },
      {
        repositories: [
          { kind: 'chart', url: 'ghcr.io/acme/charts/guestbook:1.2.0' },
        ],
        qualifiers: ['1.2.0'],
      },
    ],
  ])('reads the package of %s', (_, event, body, push) => {
    expect(send(event, body as JsonValue)).toEqual({
      kind: 'pushed',
      pushes: [push],
    });
  });

  it.each<[string, string, object, object]>([
    [
      'a ping',
      'ping',
      { zen: 'Keep it logically awesome.', hook_id: 1 },
      { kind: 'nothing', message: 'the webhook is set up' },
    ],
    [
      'a package that is deleted',
      'package',
      { action: 'deleted', package: PACKAGE },
      { kind: 'nothing' },
    ],
    [
      'a package of another type',
      'package',
      { action: 'published', package: { ...PACKAGE, package_type: 'npm' } },
      { kind: 'nothing' },
    ],
    [
      'a package without a version',
      'package',
      {
        action: 'published',
        package: { package_type: 'CONTAINER', package_version: null },
      },
      { kind: 'refused', status: 400, message: 'invalid request body' },
    ],
    [
      'a pull request that is closed',
      'pull_request',
      {
        action: 'closed',
        number: 7,
        pull_request: {
          html_url: 'https://github.com/Acme/Guestbook/pull/7',
          merged: true,
        },
      },
      {
        kind: 'pullRequestsEnded',
        urls: ['https://github.com/Acme/Guestbook/pull/7'],
      },
    ],
    [
      'a pull request that goes on',
      'pull_request',
      {
        action: 'synchronize',
        pull_request: { html_url: 'https://github.com/Acme/Guestbook/pull/7' },
      },
      { kind: 'nothing' },
    ],
    [
      'a push without a ref',
      'push',
      { repository: REPOSITORY },
      { kind: 'refused', status: 400, message: 'invalid request body' },
    ],
  ])('takes %s for what it is', (_, event, body, expected) => {
    expect(send(event, body as JsonValue)).toEqual(expected);
  });

  it('refuses events that it does not know before it looks at the signature', () => {
    expect(send('issues', {}, 'sha256=00')).toEqual({
      kind: 'refused',
      status: 400,
      message: 'event type issues is not supported',
    });
  });

  it.each(['ping', 'push'])('demands a signature of a %s', event => {
    expect(send(event, PUSH, 'sha256=00')).toMatchObject({ status: 401 });
    expect(send(event, PUSH, '')).toMatchObject({
      status: 401,
      message: 'missing signature',
    });
  });
});
