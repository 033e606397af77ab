import { HostedCommit } from 'backstage-plugin-kargo-node';
import { remake, replayCommits } from './replay';

const ANN = {
  name: 'Ann',
  email: 'ann@example.com',
  date: '2026-01-01T00:00:00Z',
};
const BOT = {
  name: 'Bot',
  email: 'bot@example.com',
  date: '2026-01-01T00:00:00Z',
};

function aCommit(id: string, given: Partial<HostedCommit> = {}): HostedCommit {
  return {
    id,
    tree: `tree-${id}`,
    message: 'subject\n\nbody\n',
    parents: [],
    author: ANN,
    committer: BOT,
    ...given,
  };
}

describe('a commit that GitHub makes anew', () => {
  it.each([
    [
      'keeps who made it when its signature is not trusted',
      { id: 'a', isTrusted: false },
      { author: ANN, committer: BOT, message: 'subject\n\nbody\n' },
    ],
    [
      'keeps who made it when nothing is known of its signature',
      undefined,
      { author: ANN, committer: BOT, message: 'subject\n\nbody\n' },
    ],
    [
      "is GitHub's when its signature is trusted, and names its author",
      { id: 'a', isTrusted: true, signer: 'Bot <bot@example.com>' },
      {
        message: 'subject\n\nbody\n\nCo-authored-by: Ann <ann@example.com>',
      },
    ],
    [
      "is GitHub's alone when its author has signed it",
      { id: 'a', isTrusted: true, signer: 'Ann <ann@example.com>' },
      { message: 'subject\n\nbody\n' },
    ],
  ])('%s', (_, signature, expected) => {
    expect(remake(aCommit('a'), signature)).toEqual({
      tree: 'tree-a',
      ...expected,
    });
  });

  it('stands on what became of its parents', async () => {
    const made: string[][] = [];
    const newest = await replayCommits(
      [
        aCommit('a', { parents: ['base'] }),
        aCommit('b', { parents: ['base'] }),
        aCommit('m', { parents: ['a', 'b'] }),
      ],
      [],
      {
        create: async ({ parents }) => {
          made.push(parents);
          return `new-${made.length}`;
        },
      },
    );
    expect(made).toEqual([['base'], ['base'], ['new-1', 'new-2']]);
    expect(newest).toBe('new-3');
  });
});
