import { runReceiver } from '../../../testing/webhookRequest';
import { dockerhubReceiver } from './receiver';

const PUSH = {
  callback_url: 'https://registry.hub.docker.com/u/acme/guestbook/hook/1/',
  push_data: {
    pushed_at: 1417566161,
    pusher: 'ada',
    tag: 'v1.2.0',
    media_type: 'application/vnd.docker.distribution.manifest.v2+json',
  },
  repository: {
    name: 'guestbook',
    namespace: 'acme',
    repo_name: 'acme/guestbook',
    status: 'Active',
  },
};

describe('the receiver dockerhub', () => {
  it('reads a push of an image', () => {
    expect(runReceiver(dockerhubReceiver, { body: PUSH })).toEqual({
      kind: 'pushed',
      pushes: [
        {
          repositories: [{ kind: 'image', url: 'acme/guestbook' }],
          qualifiers: ['v1.2.0'],
        },
      ],
    });
  });

  it('takes a push of an unknown kind for an image or a chart', () => {
    const { media_type: _, ...pushData } = PUSH.push_data;
    expect(
      runReceiver(dockerhubReceiver, {
        body: { ...PUSH, push_data: pushData },
      }),
    ).toMatchObject({
      pushes: [{ repositories: [{ kind: 'image' }, { kind: 'chart' }] }],
    });
  });

  it.each([[{}], [{ ...PUSH, repository: {} }], [undefined]])(
    'refuses %j',
    body => {
      expect(runReceiver(dockerhubReceiver, { body })).toEqual({
        kind: 'refused',
        status: 400,
        message: 'invalid request body',
      });
    },
  );
});
