import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { GitHistory, HistoryCommit } from '../../ports/GitClient';
import { ApiHarness } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';
import { readFreightCommits } from './freightCommits';

jest.setTimeout(60_000);

const REPO = 'https://git.example/docs.git';
const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

function aCommit(id: string, subject: string): HistoryCommit {
  const author = 'Ana <ana@example.org>';
  const commitDate = '2026-04-01T10:00:00+02:00';
  return { id, subject, author, committer: author, commitDate };
}

describe('the commits between what runs and other Freight', () => {
  let api: ApiHarness;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  beforeEach(async () => {
    api.reset();
    count += 1;
    project = `docs-${count}`;
    await api.apply(pipelineManifests(project));
  });

  type Commits = Array<{
    repoURL: string;
    id: string;
    branch?: string;
    subscriptionName?: string;
  }>;

  /** Asks about Freight while the Stage holds other commits. */
  async function ask(held: Commits, commits: Commits, watchedNow = REPO) {
    await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: { namespace: ${project} }
alias: new
origin: { kind: Warehouse, name: docs }
commits: ${JSON.stringify(commits)}
`);
    await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: docs, namespace: ${project} }
spec: { subscriptions: [ { git: { repoURL: "${watchedNow}" } } ] }
`);
    const origin = { kind: 'Warehouse', name: 'docs' };
    await api.store.patchStatus(
      { kind: 'Stage', namespace: project, name: 'test' },
      {
        freightHistory: [
          {
            id: 'c',
            items: {
              'Warehouse/docs': { name: 'old', origin, commits: held },
            },
          },
        ],
      },
    );
    return api.send(
      'GET',
      `/projects/${project}/stages/test/freight/new/commits`,
    );
  }

  const withGit = (compareCommits: GitHistory['compareCommits']) => {
    api.world.compareCommits = compareCommits;
  };

  it('are those that git has on either side', async () => {
    const asked: unknown[] = [];
    withGit(async ({ url }, { from, to, refs, limit }) => {
      asked.push({ url, from, to, refs, limit });
      return {
        added: { commits: [aCommit(NEW, 'Say hello')], isCut: true },
        removed: { commits: [], isCut: false },
      };
    });
    const { body } = await ask(
      [{ repoURL: REPO, id: OLD, branch: 'main' }],
      [{ repoURL: REPO, id: NEW, branch: 'main' }],
    );
    expect(asked).toEqual([
      { url: REPO, from: OLD, to: NEW, refs: ['refs/heads/main'], limit: 50 },
    ]);
    expect(body.repositories).toEqual([
      {
        repoURL: REPO,
        from: OLD,
        to: NEW,
        added: {
          items: [
            {
              id: NEW,
              subject: 'Say hello',
              author: 'Ana <ana@example.org>',
              committedAt: '2026-04-01T10:00:00+02:00',
            },
          ],
          isCut: true,
        },
        removed: { items: [], isCut: false },
      },
    ]);
  });

  it('are told also when the subscription was given a name in between', async () => {
    withGit(async () => ({
      added: { commits: [aCommit(NEW, 'Say hello')], isCut: false },
      removed: { commits: [], isCut: false },
    }));
    const { body } = await ask(
      [{ repoURL: REPO, id: OLD }],
      [{ repoURL: REPO, id: NEW, subscriptionName: 'docs' }],
    );
    expect(body.repositories).toMatchObject([{ from: OLD, to: NEW }]);
  });

  it('are those of ten repositories at most', async () => {
    const commits = (id: string) =>
      Array.from({ length: 11 }, (_, at) => ({ repoURL: `${REPO}${at}`, id }));
    const origin = { kind: 'Warehouse' as const, name: 'docs' };
    const aPiece = (name: string, id: string) => ({
      ...{ name, origin, commits: commits(id) },
    });
    const { repositories } = await readFreightCommits(
      { store: api.store } as never,
      {
        ...(await api.stage(project, 'test')),
        status: {
          freightHistory: [
            { id: 'c', items: { 'Warehouse/docs': aPiece('old', OLD) } },
          ],
        },
      },
      {
        ...aPiece('new', NEW),
        metadata: { name: 'new', namespace: project },
      } as never,
    );
    expect(repositories).toHaveLength(10);
  });

  it.each<[string, Commits, Commits]>([
    [
      'the same commit',
      [{ repoURL: REPO, id: OLD }],
      [{ repoURL: REPO, id: OLD }],
    ],
    ['a repository that is new', [], [{ repoURL: REPO, id: NEW }]],
    [
      'what is no commit id',
      [{ repoURL: REPO, id: OLD }],
      [{ repoURL: REPO, id: '--all' }],
    ],
  ])('are not asked of git for %s', async (_, held, commits) => {
    withGit(async () => {
      throw new Error('asked');
    });
    expect((await ask(held, commits)).body).toEqual({ repositories: [] });
  });

  it.each<[string, { watchedNow?: string; error?: Error }, RegExp]>([
    [
      'no longer watched',
      { watchedNow: 'https://git.example/other.git' },
      /'docs' does not watch the repository any more/,
    ],
    ['rewritten', {}, /No branch or tag leads to both/],
    [
      'on a host that is down',
      { error: new UpstreamUnavailableError('git.example', 'It is down') },
      /^It is down$/,
    ],
  ])(
    'are unknown of a repository that is %s',
    async (_, { watchedNow, error }, why) => {
      withGit(async () => {
        if (error) {
          throw error;
        }
        return undefined;
      });
      const { status, body } = await ask(
        [{ repoURL: REPO, id: OLD }],
        [{ repoURL: REPO, id: NEW }],
        watchedNow,
      );
      expect(status).toBe(200);
      expect(body.repositories).toEqual([
        {
          repoURL: REPO,
          from: OLD,
          to: NEW,
          unknown: expect.stringMatching(why),
        },
      ]);
    },
  );
});
