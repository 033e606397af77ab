import { receiverRows } from './receiverRows';

const receiver = (name: string) => ({
  name,
  github: { secretRef: { name: 'gh' } },
});

it('tells of each receiver who sends, what it signs with and where it sends to', () => {
  expect(
    receiverRows({
      spec: { webhookReceivers: [receiver('code'), receiver('new')] },
      status: {
        webhookReceivers: [
          { name: 'code', path: '/w/1', url: 'https://portal/w/1' },
        ],
      },
    }),
  ).toEqual([
    {
      name: 'code',
      provider: 'github',
      secret: 'gh',
      url: 'https://portal/w/1',
    },
    { name: 'new', provider: 'github', secret: 'gh' },
  ]);
});

it('tells of none where none is configured', () => {
  expect(receiverRows({ spec: {} })).toEqual([]);
});
