import { JsonValue } from 'backstage-plugin-kargo-common';
import { hmacOf, runReceiver } from '../../../testing/webhookRequest';
import { artifactoryReceiver } from './receiver';

const PUSH = {
  domain: 'docker',
  event_type: 'pushed',
  subscription_key: 'kargo',
  jpd_origin: 'https://acme.jfrog.io',
  source: 'jfrog/ada',
  data: {
    image_name: 'guestbook',
    image_type: 'docker',
    name: 'manifest.json',
    path: 'web/guestbook/v1.2.0/manifest.json',
    repo_key: 'docker-local',
    sha256: 'd8f',
    tag: 'v1.2.0',
  },
};

function send(body: JsonValue, config: object = {}, signature?: string) {
  return runReceiver(artifactoryReceiver, {
    headers: {
      'X-JFrog-Event-Auth': signature ?? hmacOf(JSON.stringify(body), 's3cr3t'),
    },
    body,
    config,
  });
}

function pushedTo(url: string) {
  return {
    kind: 'pushed',
    pushes: [
      {
        repositories: [
          { kind: 'image', url },
          { kind: 'chart', url },
        ],
        qualifiers: ['v1.2.0'],
      },
    ],
  };
}

describe('the receiver artifactory', () => {
  it('reads a push to a local repository', () => {
    expect(send(PUSH)).toEqual(
      pushedTo('acme.jfrog.io/docker-local/web/guestbook'),
    );
  });

  it('reads a push of an image that is told as one of OCI', () => {
    expect(
      send({ ...PUSH, data: { ...PUSH.data, image_type: 'oci' } }),
    ).toEqual(pushedTo('acme.jfrog.io/docker-local/web/guestbook'));
  });

  it('reads it as a push to the virtual repository that stands before it', () => {
    expect(send(PUSH, { virtualRepoName: 'docker' })).toEqual(
      pushedTo('acme.jfrog.io/docker/web/guestbook'),
    );
  });

  const data = (more: object) => ({ ...PUSH, data: { ...PUSH.data, ...more } });

  it.each<[string, JsonValue, number]>([
    ['another event', { ...PUSH, event_type: 'deleted' }, 501],
    ['another domain', { ...PUSH, domain: 'artifact' }, 501],
    ['another kind of image', data({ image_type: 'npm' }), 501],
    ['an origin that is no address', { ...PUSH, jpd_origin: 'acme' }, 400],
    ['a path that is too short', data({ path: 'manifest.json' }), 400],
  ])('refuses %s', (_, body, status) => {
    expect(send(body)).toMatchObject({ kind: 'refused', status });
  });

  it('looks at the signature before the event', () => {
    expect(send({ domain: 'artifact' }, {}, 'abc')).toMatchObject({
      status: 401,
    });
    expect(send(PUSH, {}, '')).toMatchObject({ status: 401 });
  });
});
