import { receiverOf, receiverRows } from './receiverRows';

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
      metadata: { name: 'code' },
      provider: 'github',
      secret: 'gh',
      url: 'https://portal/w/1',
    },
    { metadata: { name: 'new' }, provider: 'github', secret: 'gh' },
  ]);
});

it('tells of none where none is configured', () => {
  expect(receiverRows({ spec: {} })).toEqual([]);
});

const form = { name: ' code ', secret: 'hook', virtualRepoName: ' docker ' };

it.each([
  [
    { ...form, type: 'github' as const },
    { name: 'code', github: { secretRef: { name: 'hook' } } },
  ],
  [
    { ...form, type: 'artifactory' as const },
    {
      name: 'code',
      artifactory: { secretRef: { name: 'hook' }, virtualRepoName: 'docker' },
    },
  ],
  [
    { ...form, type: 'artifactory' as const, virtualRepoName: '' },
    { name: 'code', artifactory: { secretRef: { name: 'hook' } } },
  ],
])('writes what its type takes and nothing else: %j', (given, expected) => {
  expect(receiverOf(given)).toEqual(expected);
});
