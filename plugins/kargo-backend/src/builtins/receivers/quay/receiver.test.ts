import { runReceiver } from '../../../testing/webhookRequest';
import { quayReceiver } from './receiver';

const PUSH = {
  name: 'guestbook',
  repository: 'acme/guestbook',
  namespace: 'acme',
  docker_url: 'quay.io/acme/guestbook',
  homepage: 'https://quay.io/repository/acme/guestbook',
  updated_tags: ['latest', 'v1.2.0'],
};

describe('the receiver quay', () => {
  it('reads a push, of an image or a chart', () => {
    expect(runReceiver(quayReceiver, { body: PUSH })).toEqual({
      kind: 'pushed',
      pushes: [
        {
          repositories: [
            { kind: 'image', url: 'quay.io/acme/guestbook' },
            { kind: 'chart', url: 'quay.io/acme/guestbook' },
          ],
          qualifiers: ['latest', 'v1.2.0'],
        },
      ],
    });
  });

  it('leaves out tags that are none', () => {
    expect(
      runReceiver(quayReceiver, {
        body: { ...PUSH, updated_tags: ['v1', '', 7, 'v1'] },
      }),
    ).toMatchObject({ pushes: [{ qualifiers: ['v1'] }] });
  });

  it('refuses what names no repository', () => {
    expect(
      runReceiver(quayReceiver, { body: { updated_tags: ['v1'] } }),
    ).toMatchObject({ status: 400 });
  });
});
