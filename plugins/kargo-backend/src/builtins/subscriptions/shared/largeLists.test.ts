import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  SubscriptionAnswer,
  SubscriptionContext,
} from 'backstage-plugin-kargo-node';
import { compileCommitFilter } from '../../../expressions/commitFilter';
import { ChartRepository } from '../../../ports/ChartRepository';
import { GitHistory, RemoteRef } from '../../../ports/GitClient';
import { ImageRegistry } from '../../../ports/ImageRegistry';
import { countTurns } from '../../../testing/countTurns';
import { mockLogger } from '../../../testing/mockLogger';
import { createChartSubscription } from '../chart/subscription';
import { createGitSubscription } from '../git/subscription';
import { createImageSubscription } from '../image/subscription';

jest.setTimeout(60_000);

const COUNT = 100_000;
const names = Array.from(
  { length: COUNT },
  (_, i) => `1.${(i * 7_919) % 1_000}.${i}`,
);
/** As a version, and by its bytes. */
const GREATEST = '1.999.99321';

const registry: Partial<ImageRegistry> = {
  listTags: async () => names,
  getManifest: async (_, tag) => ({
    kind: 'image',
    digest: `sha256:${tag}`,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    annotations: { 'org.opencontainers.image.created': '2026-01-01T00:00:00Z' },
  }),
};

const history: Partial<GitHistory> = {
  listRefs: async () => ({
    refs: [
      { name: 'HEAD', id: '1.0.0' },
      ...names.map(name => ({ name: `refs/tags/${name}`, id: name })),
    ],
  }),
  async *walkBranch() {
    const { tag: _, ...commit } = toTag({ name: '', id: '1.0.0' });
    yield { ...commit, commitDate: commit.creatorDate, paths: names };
  },
  readTags: async (_, { tags }) => tags.map(toTag),
};

function toTag({ id }: RemoteRef) {
  return {
    ...{ tag: id, id, creatorDate: '2026-01-01T00:00:00Z' },
    ...{ author: '', committer: '', subject: '' },
  };
}

const charts: ChartRepository = {
  listVersions: async () => names.map(version => ({ version, urls: [] })),
};

const types: Record<string, { type: AnySubscriptionType; repoURL: string }> = {
  image: {
    type: createImageSubscription({
      registry: registry as ImageRegistry,
      cacheByTagPolicy: 'Allow',
    }),
    repoURL: 'host.example/acme/web',
  },
  git: {
    type: createGitSubscription({
      history: history as GitHistory,
      compileFilter: compileCommitFilter,
    }),
    repoURL: 'https://host.example/acme/web.git',
  },
  chart: {
    type: createChartSubscription({
      charts,
      registry: registry as ImageRegistry,
    }),
    repoURL: 'https://host.example/charts',
  },
};

const context: SubscriptionContext = {
  project: 'demo',
  credentials: { find: async () => undefined },
  signal: new AbortController().signal,
  logger: mockLogger(),
  now: () => 0,
  force: false,
};

describe('a discovery among a hundred thousand names', () => {
  it.each<[string, JsonObject, string]>([
    ['image', { imageSelectionStrategy: 'SemVer' }, GREATEST],
    ['image', { imageSelectionStrategy: 'Lexical' }, GREATEST],
    [
      'image',
      { imageSelectionStrategy: 'NewestBuild', allowTagsRegexes: ['999$'] },
      '1.81.99999',
    ],
    ['git', { commitSelectionStrategy: 'SemVer' }, GREATEST],
    ['git', { commitSelectionStrategy: 'Lexical' }, GREATEST],
    ['git', { commitSelectionStrategy: 'NewestTag' }, '1.0.0'],
    ['git', { includePaths: ['1.81.99999'] }, '1.0.0'],
    ['chart', { repoURL: 'oci://host.example/acme/web' }, GREATEST],
    ['chart', { name: 'web' }, GREATEST],
  ])('lets other work go on: %s, %j', async (id, options, best) => {
    const { type, repoURL } = types[id];
    const config = type.config.parse({ repoURL, ...options });
    let answer: SubscriptionAnswer | undefined;
    const turns = await countTurns(async () => {
      answer = await type.discover(config as never, undefined, context);
    });
    const found = JSON.stringify(answer?.discovery).match(/1\.\d+\.\d+/g);
    expect(found?.at(0)).toBe(best);
    expect(turns).toBeGreaterThan(2);
  });
});
