import { JsonValue } from 'backstage-plugin-kargo-common';
import { runReceiver } from '../../../testing/webhookRequest';
import { harborReceiver } from './receiver';

const PUSH = {
  type: 'PUSH_ARTIFACT',
  occur_at: 1680501893,
  operator: 'ada',
  event_data: {
    resources: [
      {
        digest: 'sha256:954b378c',
        tag: 'v1.2.0',
        resource_url: 'harbor.example/acme/guestbook:v1.2.0',
      },
    ],
    repository: { name: 'guestbook', repo_full_name: 'acme/guestbook' },
  },
};

function send(body: JsonValue, authorization = 's3cr3t') {
  return runReceiver(harborReceiver, {
    headers: { Authorization: authorization },
    body,
  });
}

describe('the receiver harbor', () => {
  it('reads a push, of an image or a chart', () => {
    expect(send(PUSH)).toEqual({
      kind: 'pushed',
      pushes: [
        {
          repositories: [
            { kind: 'image', url: 'harbor.example/acme/guestbook:v1.2.0' },
            { kind: 'chart', url: 'harbor.example/acme/guestbook:v1.2.0' },
          ],
          qualifiers: ['v1.2.0'],
        },
      ],
    });
  });

  it.each<[string, JsonValue, string]>([
    [
      'other events',
      { type: 'PULL_ARTIFACT' },
      'event type PULL_ARTIFACT is not supported',
    ],
    [
      'the format of CloudEvents',
      { specversion: '1.0', id: 'a' },
      'missing event',
    ],
    [
      'a push of nothing',
      { type: 'PUSH_ARTIFACT', event_data: { resources: [] } },
      'invalid request body',
    ],
  ])('refuses %s', (_, body, message) => {
    expect(send(body)).toEqual({ kind: 'refused', status: 400, message });
  });

  it('looks at the authorization before the event', () => {
    expect(send({ type: 'PULL_ARTIFACT' }, 'wrong')).toMatchObject({
      status: 401,
      message: 'unauthorized',
    });
    expect(send(PUSH, '')).toMatchObject({
      status: 401,
      message: 'missing authorization',
    });
  });
});
