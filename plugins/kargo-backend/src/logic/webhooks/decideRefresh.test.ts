import { Subscription } from 'backstage-plugin-kargo-common';
import { PushedArtifacts } from 'backstage-plugin-kargo-node';
import { ownSubscribedURLs, SubscribedURLs } from '../subscribedURLs';
import { decideRefresh as decide, pushedURLs } from './decideRefresh';

const GIT = 'https://git.example/acme/app';
const IMAGE = 'ghcr.io/acme/app';
const OCI_CHART = 'oci://ghcr.io/acme/charts/app';
const CHARTS = 'https://charts.example/stable';

function git(config: object = {}, repoURL = GIT): Subscription {
  return Subscription.parse({ git: { repoURL, ...config } });
}

function image(config: object = {}): Subscription {
  return Subscription.parse({ image: { repoURL: IMAGE, ...config } });
}

function chart(repoURL: string, config: object = {}): Subscription {
  return Subscription.parse({ chart: { repoURL, ...config } });
}

function pushTo(
  kind: 'git' | 'image' | 'chart',
  url: string,
  qualifiers: string[],
  more: Partial<PushedArtifacts> = {},
): PushedArtifacts {
  return { repositories: [{ kind, url }], qualifiers, ...more };
}

const decideRefresh = (
  subscriptions: Subscription[],
  push: PushedArtifacts,
  subscribedURLs: SubscribedURLs = ownSubscribedURLs,
) => decide(subscriptions, push, { subscribedURLs });

const gitPush = (ref: string, more?: Partial<PushedArtifacts>) =>
  pushTo('git', GIT, [ref], more);
const imagePush = (...tags: string[]) => pushTo('image', IMAGE, tags);

describe('decideRefresh', () => {
  it.each<[string, Subscription[], PushedArtifacts, 'refresh' | 'skip']>([
    [
      'the branch that is followed, whatever files',
      [git({ branch: 'main' })],
      gitPush('refs/heads/main'),
      'refresh',
    ],
    [
      'another branch',
      [git({ branch: 'main' })],
      gitPush('refs/heads/dev'),
      'skip',
    ],
    ['a bare name', [git({ branch: 'main' })], gitPush('main'), 'skip'],
    [
      'a tag where a branch is followed',
      [git({ branch: 'main' })],
      gitPush('refs/tags/1.0.0'),
      'skip',
    ],
    [
      'master where the default branch is followed and not known',
      [git()],
      gitPush('refs/heads/master'),
      'refresh',
    ],
    [
      'an odd default branch that nobody tells',
      [git()],
      gitPush('refs/heads/trunk'),
      'skip',
    ],
    [
      'an odd default branch that is told',
      [git()],
      gitPush('refs/heads/trunk', { defaultBranch: 'trunk' }),
      'refresh',
    ],
    [
      'main where the default branch is told to be another',
      [git()],
      gitPush('refs/heads/main', { defaultBranch: 'trunk' }),
      'skip',
    ],
    [
      'files elsewhere',
      [git({ branch: 'main', includePaths: ['apps/a'] })],
      gitPush('refs/heads/main', { changedFiles: ['apps/b/x'] }),
      'skip',
    ],
    [
      'files elsewhere and one inside',
      [git({ branch: 'main', includePaths: ['apps/a'] })],
      gitPush('refs/heads/main', { changedFiles: ['apps/b/x', 'apps/a/y'] }),
      'refresh',
    ],
    [
      'no files told',
      [git({ branch: 'main', includePaths: ['apps/a'] })],
      gitPush('refs/heads/main', { changedFiles: [] }),
      'refresh',
    ],
    [
      'files unknown',
      [git({ branch: 'main', includePaths: ['apps/a'] })],
      gitPush('refs/heads/main'),
      'refresh',
    ],
    [
      'files that are left out',
      [git({ branch: 'main', excludePaths: ['docs'] })],
      gitPush('refs/heads/main', { changedFiles: ['docs/a'] }),
      'skip',
    ],
    [
      'an expression that lets nothing through, which is not asked',
      [git({ branch: 'main', expressionFilter: 'false' })],
      gitPush('refs/heads/main'),
      'refresh',
    ],
    [
      'a version tag',
      [git({ commitSelectionStrategy: 'SemVer', semverConstraint: '^1' })],
      gitPush('refs/tags/v1.2.0'),
      'refresh',
    ],
    [
      'a version tag outside of the constraint',
      [git({ commitSelectionStrategy: 'SemVer', semverConstraint: '^1' })],
      gitPush('refs/tags/2.0.0'),
      'skip',
    ],
    [
      'a branch named like a version',
      [git({ commitSelectionStrategy: 'SemVer', semverConstraint: '^1' })],
      gitPush('refs/heads/1.2.0'),
      'skip',
    ],
    [
      'a tag whose name alone the pattern sees',
      [
        git({
          commitSelectionStrategy: 'Lexical',
          allowTagsRegexes: ['^rel-'],
        }),
      ],
      gitPush('refs/tags/x-rel-1'),
      'skip',
    ],
    [
      'an image tag that is no version',
      [image({ constraint: '^1' })],
      imagePush('latest'),
      'skip',
    ],
    [
      'the image tag whose digest is followed',
      [image({ imageSelectionStrategy: 'Digest', constraint: 'latest' })],
      imagePush('latest'),
      'refresh',
    ],
    [
      'another image tag than the one whose digest is followed',
      [image({ imageSelectionStrategy: 'Digest', constraint: 'latest' })],
      imagePush('1.0.0'),
      'skip',
    ],
    [
      'an image without a tag',
      [image({ constraint: '^1' })],
      imagePush(),
      'refresh',
    ],
    [
      'an image tag that is a signature',
      [image({ imageSelectionStrategy: 'NewestBuild' })],
      imagePush(`sha256-${'a'.repeat(64)}.sig`),
      'skip',
    ],
    [
      'one of several image tags',
      [image({ constraint: '^1' })],
      imagePush('latest', '1.2.0'),
      'refresh',
    ],
    [
      'an OCI chart whose version has build metadata',
      [chart(OCI_CHART, { semverConstraint: '^1' })],
      pushTo('chart', 'ghcr.io/acme/charts/app', ['1.2.0_b1']),
      'refresh',
    ],
    [
      'an OCI chart whose version begins with v, which discovery ignores',
      [chart(OCI_CHART, { semverConstraint: '^1' })],
      pushTo('chart', 'ghcr.io/acme/charts/app', ['v1.2.0']),
      'skip',
    ],
    [
      'an incomplete version of a classic chart',
      [chart(CHARTS, { name: 'app', semverConstraint: '^1' })],
      pushTo('chart', CHARTS, ['1.2']),
      'refresh',
    ],
    [
      'the same repository in another spelling',
      [git({ branch: 'main' }, 'https://GitHub.com/O/R.git')],
      pushTo('git', 'https://github.com/o/r.git', ['refs/heads/main']),
      'refresh',
    ],
    [
      'another repository',
      [git({ branch: 'main' })],
      pushTo('git', 'https://git.example/acme/other', ['refs/heads/main']),
      'skip',
    ],
    [
      'what only the second of two subscriptions takes',
      [image({ constraint: '^2' }), git({ branch: 'main' })],
      gitPush('refs/heads/main'),
      'refresh',
    ],
  ])('of %s', (_, subscriptions, push, expected) => {
    expect(decideRefresh(subscriptions, push)).toEqual({ kind: expected });
  });

  const broken = git({
    commitSelectionStrategy: 'Lexical',
    allowTagsRegexes: ['('],
  });

  it('tells of a subscription that cannot be judged', () => {
    expect(decideRefresh([broken], gitPush('refs/tags/v1'))).toEqual({
      kind: 'broken',
      reason: expect.stringContaining('allowTagsRegexes'),
    });
  });

  it('does not mind it when another subscription takes what was pushed', () => {
    expect(
      decideRefresh(
        [broken, git({ branch: 'main' })],
        gitPush('refs/heads/main'),
      ),
    ).toEqual({ kind: 'refresh' });
  });

  it.each<[string, PushedArtifacts, 'refresh' | 'skip']>([
    ['whatever tag it has', imagePush('latest'), 'refresh'],
    ['and not that of others', gitPush('refs/heads/main'), 'skip'],
  ])('takes what a type of an extension watches, %s', (_, push, expected) => {
    const [url] = pushedURLs(imagePush());
    const foreign = Subscription.parse({ name: 'lib', npm: { config: {} } });
    const decision = decideRefresh([foreign], push, ({ npm }) =>
      npm ? [url] : [],
    );
    expect(decision).toEqual({ kind: expected });
  });

  it.each<[string, object, PushedArtifacts, 'refresh' | 'skip']>([
    ['followed', {}, gitPush('refs/heads/trunk'), 'refresh'],
    ['followed alone', {}, gitPush('refs/heads/main'), 'skip'],
    [
      'followed until the host tells another',
      {},
      gitPush('refs/heads/main', { defaultBranch: 'main' }),
      'refresh',
    ],
    [
      'of no matter where a branch is named',
      { branch: 'dev' },
      gitPush('refs/heads/trunk'),
      'skip',
    ],
  ])(
    'knows the default branch that discovery has found: %s',
    (_, config, push, expected) => {
      const decision = decide([git(config)], push, {
        subscribedURLs: ownSubscribedURLs,
        discovered: [
          { repoURL: 'https://git.example/acme/other', commits: [] },
          { repoURL: GIT, commits: [], defaultBranch: 'trunk' },
        ],
      });
      expect(decision).toEqual({ kind: expected });
    },
  );

  it('does not judge subscriptions of other repositories', () => {
    expect(decideRefresh([broken], imagePush('v1'))).toEqual({ kind: 'skip' });
  });
});

describe('pushedURLs', () => {
  it('are normalised by their kind, and each is there once', () => {
    expect(
      pushedURLs({
        repositories: [
          { kind: 'git', url: 'https://GitHub.com/O/R.git' },
          { kind: 'git', url: 'https://github.com/o/r' },
          { kind: 'git', url: 'git@github.com:o/r.git' },
          { kind: 'image', url: 'docker.io/library/nginx' },
          { kind: 'chart', url: '' },
        ],
        qualifiers: [],
      }),
    ).toEqual(['https://github.com/o/r', 'ssh://git@github.com/o/r', 'nginx']);
  });
});
