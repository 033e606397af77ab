import { DiscoveredArtifacts } from 'backstage-plugin-kargo-common';
import { evaluateCriteria } from './criteria';

const REPO = 'https://github.com/acme/app.git';

const DISCOVERED: DiscoveredArtifacts = {
  discoveredAt: '2026-01-02T00:00:00Z',
  git: [
    { repoURL: REPO, commits: [] },
    {
      repoURL: 'https://GitHub.com/acme/app',
      commits: [
        { id: 'new', tag: 'v2', creatorDate: '2026-01-01T12:00:00Z' },
        { id: 'old', tag: 'v1' },
      ],
    },
    { repoURL: 'https://github.com/acme/undated', commits: [{ id: 'x' }] },
  ],
  images: [
    {
      repoURL: 'docker.io/library/nginx',
      references: [
        {
          tag: 'v2',
          digest: 'sha256:aa',
          annotations: { k: 'v' },
          createdAt: '2026-01-01T00:00:00Z',
        },
      ],
    },
  ],
  charts: [
    { repoURL: 'https://charts', name: 'a', versions: ['1.0.0'] },
    { repoURL: 'https://charts', name: 'b', versions: ['2.0.0'] },
    { repoURL: 'oci://ghcr.io/acme/web', versions: ['3.0.0'] },
  ],
  results: [
    { name: 'p', artifactReferences: [artifact('1')] },
    { name: 'p', artifactReferences: [artifact('2')] },
    { name: 'p', artifactReferences: [] },
  ],
};

function artifact(version: string) {
  return { artifactType: 't', subscriptionName: 'p', version };
}

const judge = (expression: string) =>
  evaluateCriteria(expression, DISCOVERED, Date.UTC(2026, 0, 2));

describe('evaluateCriteria', () => {
  it.each<[string, boolean]>([
    ['true', true],
    ['  false\n', false],
    ['1', true],
    ['0.0', false],
    ["'T'", true],
    // The first result that holds anything, by the normalised URL.
    [`commitFrom('${REPO}').ID == 'new'`, true],
    [`commitFrom('${REPO}').Tag == imageFrom('nginx').Tag`, true],
    ["imageFrom('nginx').Annotations.k == 'v'", true],
    ["imageFrom('nginx').Annotations.none == ''", true],
    ["imageFrom('none') == nil", true],
    ["imageFrom('none')?.Tag == nil", true],
    ["chartFrom('https://charts').Version == '1.0.0'", true],
    ["chartFrom('https://charts', 'b').Version == '2.0.0'", true],
    ["chartFrom('https://charts', 'c') == nil", true],
    ["chartFrom('oci://ghcr.io/acme/web').RepoURL == 'ghcr.io/acme/web'", true],
    ["artifactFrom('p').Version == '2'", true],
    ["artifactFrom('none') == nil", true],
    // Times of discovery.
    [`commitFrom('${REPO}').CreatorDate.Year() == 2026`, true],
    [
      `commitFrom('${REPO}').CreatorDate.Weekday().String() == 'Thursday'`,
      true,
    ],
    [`commitFrom('${REPO}').CreatorDate.Format('2006') == '2026'`, true],
    [`now().Sub(commitFrom('${REPO}').CreatorDate.Time).Hours() == 12`, true],
    [
      `imageFrom('nginx').CreatedAt.Before(commitFrom('${REPO}').CreatorDate)`,
      true,
    ],
    [
      `imageFrom('nginx').CreatedAt.Equal(commitFrom('${REPO}').CreatorDate)`,
      false,
    ],
    [`commitFrom('${REPO}').CreatorDate.IsZero()`, false],
    ["commitFrom('https://github.com/acme/undated').CreatorDate == nil", true],
    [
      "commitFrom('https://github.com/acme/undated').CreatorDate?.Year() == nil",
      true,
    ],
    [
      `toJSON(commitFrom('${REPO}').CreatorDate) == '"2026-01-01T12:00:00Z"'`,
      true,
    ],
    // As JSON, without what there is none of.
    [
      `toJSON(commitFrom('${REPO}')) contains '"id": "new",\\n  "tag": "v2",\\n  "creatorDate": "2026-01-01T12:00:00Z"\\n}'`,
      true,
    ],
    [`fromJSON(toJSON(commitFrom('${REPO}'))).branch == nil`, true],
    ["fromJSON(toJSON(imageFrom('nginx'))).digest == 'sha256:aa'", true],
    [
      "fromJSON(toJSON(imageFrom('nginx'))).createdAt == '2026-01-01T00:00:00Z'",
      true,
    ],
    ["'annotations' in fromJSON(toJSON(imageFrom('nginx')))", true],
  ])('%s: %s', (expression, expected) => {
    expect(judge(expression)).toBe(expected);
  });

  it.each([
    ['vars.x', 'run'],
    ["warehouse('w')", 'run'],
    ['success()', 'run'],
    ["imageFrom('nginx').RepoURL", 'check'],
    [`commitFrom('${REPO}').CreatorDate > now()`, 'check'],
    [`commitFrom('${REPO}').CreatorDate.Before(now())`, 'check'],
    [`commitFrom('${REPO}', 'x')`, 'check'],
    ['true and', 'parse'],
    ['${{ true }}', 'parse'],
  ])('%s fails at stage %s', (expression, stage) => {
    expect(() => judge(expression)).toThrow(expect.objectContaining({ stage }));
  });

  it('are refused when they take too much', () => {
    expect(() => judge('count(1..90000, # > 0 and # > 1) == 0')).toThrow(
      'takes too many steps',
    );
    expect(() => judge('len(1..100000) > 0')).toThrow('too much memory');
  });

  it.each(["'no'", 'nil', '2', "imageFrom('nginx')", '[]'])(
    'refuses the result of %s',
    expression => {
      expect(() => judge(expression)).toThrow('must result in true or false');
    },
  );
});
