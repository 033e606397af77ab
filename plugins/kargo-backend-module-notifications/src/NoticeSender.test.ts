import { mockServices } from '@backstage/backend-test-utils';
import { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import { NoticeSender } from './NoticeSender';
import { readConfig } from './readConfig';

describe('NoticeSender', () => {
  const addressed = {
    notice: {
      kind: 'promotionFailed' as const,
      scope: 'kargo:demo:p1',
      title: 'p1 has failed',
      description: 'Its step "push" failed.',
      link: '/kargo',
    },
    refs: ['group:default/web'],
  };
  const senderTo = (
    send: (options: NotificationSendOptions) => Promise<void>,
  ) =>
    NoticeSender.create({
      notifications: { send },
      config: readConfig(mockServices.rootConfig({ data: {} })),
      logger: mockServices.logger.mock(),
      limitMs: 20,
    });

  it('waits for an answer of the portal only so long', async () => {
    await expect(
      senderTo(() => new Promise(() => {})).send(addressed),
    ).rejects.toThrow(
      'the portal has not answered a notification within 20 ms',
    );
  });

  it('minds no answer that comes too late', async () => {
    let answer = (_: Error) => {};
    const late = new Promise<void>((_, reject) => {
      answer = reject;
    });
    await expect(senderTo(() => late).send(addressed)).rejects.toThrow(
      'within 20 ms',
    );
    answer(new Error('closed'));
    await expect(late).rejects.toThrow('closed');
  });

  it.each([
    ['says what was wrong', 'Request failed with status 500', 'status 500'],
    ['refuses it', 'Request failed with status 422', 'status 422'],
  ])('tells why where the portal %s', async (_, message, told) => {
    const sending = senderTo(async () => {
      throw new Error(message);
    }).send(addressed);
    await expect(sending).rejects.toThrow(told);
  });
});
