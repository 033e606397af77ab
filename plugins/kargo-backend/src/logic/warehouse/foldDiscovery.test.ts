import { Subscription, WarehouseStatus } from 'backstage-plugin-kargo-common';
import {
  foldDiscovery,
  previousDiscoveries,
  subscriptionHash,
  SubscriptionOutcome,
} from './foldDiscovery';

const NOW = '2026-01-01T10:00:00Z';
const RETRY_MS = Date.parse('2026-01-01T10:00:05Z');
const image = (repoURL: string): Subscription => ({
  image: {
    repoURL,
    imageSelectionStrategy: 'SemVer',
    strictSemvers: true,
    discoveryLimit: 20,
  },
});
const chart: Subscription = {
  chart: { repoURL: 'oci://charts.example/web', discoveryLimit: 20 },
};
const foundImage = (repoURL: string, tag: string): SubscriptionOutcome => ({
  kind: 'found',
  discovery: {
    kind: 'image',
    result: { repoURL, references: [{ tag, digest: `sha256:${tag}` }] },
  },
});
const foundChart = (version: string): SubscriptionOutcome => ({
  kind: 'found',
  discovery: {
    kind: 'chart',
    result: { repoURL: 'oci://charts.example/web', versions: [version] },
  },
  state: { etag: version },
});
const failed: SubscriptionOutcome = {
  kind: 'failed',
  message: 'down',
  retryAtMs: RETRY_MS,
};
const kept: SubscriptionOutcome = { kind: 'kept' };

const SUBSCRIPTIONS = [image('a'), chart, image('b')];
const fold = (
  outcomes: SubscriptionOutcome[],
  status?: WarehouseStatus,
  subscriptions = SUBSCRIPTIONS,
) =>
  foldDiscovery({
    subscriptions,
    names: subscriptions.map((_, index) => `s${index}`),
    outcomes,
    status,
    now: NOW,
  });
const first = () =>
  fold([foundImage('a', '1'), foundChart('7'), foundImage('b', '2')]);
const summary = ({ discoveredArtifacts }: WarehouseStatus) => ({
  images: discoveredArtifacts?.images?.map(
    ({ repoURL, references }) => `${repoURL}:${references[0].tag}`,
  ),
  charts: discoveredArtifacts?.charts?.flatMap(({ versions }) => versions),
});

describe('foldDiscovery', () => {
  it.each<
    [string, SubscriptionOutcome[], ReturnType<typeof summary>, string[]]
  >([
    [
      'everything was found',
      [foundImage('a', '3'), foundChart('8'), foundImage('b', '4')],
      { images: ['a:3', 'b:4'], charts: ['8'] },
      [],
    ],
    [
      'what failed stays as it was',
      [foundImage('a', '3'), failed, foundImage('b', '4')],
      { images: ['a:3', 'b:4'], charts: ['7'] },
      ['s1 1 2026-01-01T10:00:05Z'],
    ],
    [
      'what was not asked stays as it was',
      [kept, foundChart('8'), kept],
      { images: ['a:1', 'b:2'], charts: ['8'] },
      [],
    ],
    [
      'everything failed',
      [failed, failed, failed],
      { images: ['a:1', 'b:2'], charts: ['7'] },
      [0, 1, 2].map(index => `s${index} 1 2026-01-01T10:00:05Z`),
    ],
  ])('%s', (_, outcomes, expected, failures) => {
    const folded = fold(outcomes, first());
    expect(summary(folded)).toEqual(expected);
    expect(
      folded.subscriptionFailures?.map(
        ({ subscription, attempts, retryAt }) =>
          `${subscription} ${attempts} ${retryAt}`,
      ) ?? [],
    ).toEqual(failures);
  });

  const EARLIER = '2026-01-01T09:58:00Z';
  const wasFound = (outcomes: SubscriptionOutcome[]): WarehouseStatus => {
    const folded = fold(outcomes, first());
    return {
      ...folded,
      discoveredArtifacts: {
        ...folded.discoveredArtifacts,
        discoveredAt: EARLIER,
      },
    };
  };
  const good = foundChart('8');
  const found = [foundImage('a', '3'), good, foundImage('b', '4')];

  it.each<
    [
      string,
      SubscriptionOutcome[],
      WarehouseStatus | undefined,
      string | undefined,
    ]
  >([
    ['all were well', found, wasFound(found), NOW],
    ['one failed', [found[0], failed, found[2]], wasFound(found), NOW],
    ['all failed', [failed, failed, failed], wasFound(found), EARLIER],
    [
      'all failed from the start',
      [failed, failed, failed],
      undefined,
      undefined,
    ],
    [
      'one that failed from the start failed again',
      [kept, failed, kept],
      fold([failed, failed, failed]),
      undefined,
    ],
    [
      'one that failed alone is well again, the others wait for their interval',
      [kept, good, kept],
      wasFound([found[0], failed, found[2]]),
      EARLIER,
    ],
    [
      'one is well again of those that all failed',
      [kept, good, kept],
      wasFound([failed, failed, failed]),
      NOW,
    ],
    [
      'one is well again of those that all failed from the start',
      [kept, good, failed],
      fold([failed, failed, failed]),
      NOW,
    ],
  ])('tells when it last found something: %s', (_, outcomes, status, time) => {
    const folded = fold(outcomes, status);
    expect(folded.discoveredArtifacts?.discoveredAt).toBe(time);
  });

  it('counts failures in a row and forgets them after a success', () => {
    const twice = fold(
      [kept, failed, kept],
      fold([kept, failed, kept], first()),
    );
    expect(twice.subscriptionFailures).toMatchObject([
      { index: 1, attempts: 2 },
    ]);
    const waiting = fold([foundImage('a', '3'), kept, kept], twice);
    expect(waiting.subscriptionFailures).toEqual(twice.subscriptionFailures);
    const well = fold([kept, foundChart('8'), kept], waiting);
    expect(well).not.toHaveProperty('subscriptionFailures');
  });

  it('remembers which credentials there were when one failed', () => {
    const pass = { subscriptions: SUBSCRIPTIONS, names: ['a', 'b', 'c'] };
    const { subscriptionFailures } = foldDiscovery({
      ...pass,
      outcomes: [foundImage('a', '1'), failed, kept],
      status: {
        subscriptionFailures: [
          {
            ...{ index: 2, subscription: 'c', message: 'down', attempts: 1 },
            ...{ failedAt: NOW, credentials: 'before' },
          },
        ],
      },
      now: NOW,
      credentials: ['of a', 'now', 'of b'],
    });
    expect(subscriptionFailures?.map(({ credentials }) => credentials)).toEqual(
      ['now', 'before'],
    );
  });

  it('has nothing of a subscription that failed from the start', () => {
    const folded = fold([foundImage('a', '1'), failed, failed]);
    expect(summary(folded)).toEqual({ images: ['a:1'], charts: undefined });
  });

  it('does not take results for those of another subscription', () => {
    const folded = fold([failed, failed], first(), [image('c'), image('b')]);
    expect(summary(folded)).toEqual({ images: ['b:2'], charts: undefined });
  });
});

describe('previousDiscoveries', () => {
  it('finds results by subscription, wherever it stands now', () => {
    const [b, unknown, webChart] = previousDiscoveries(
      [image('b'), image('c'), chart],
      first(),
    );
    expect(b?.result).toMatchObject({
      kind: 'image',
      result: { repoURL: 'b' },
    });
    expect(unknown).toBeUndefined();
    expect(webChart).toEqual({
      result: {
        kind: 'chart',
        result: { repoURL: 'oci://charts.example/web', versions: ['7'] },
      },
      state: { etag: '7' },
    });
    expect(previousDiscoveries([chart], undefined)).toEqual([undefined]);
  });
});

describe('what subscriptions had to choose from', () => {
  const considered = {
    count: 7,
    unit: 'tags' as const,
    leftOut: { name: '2.0.0', by: 'constraint ^1' },
  };
  const told = { ...foundImage('a', '1'), considered } as SubscriptionOutcome;
  const only = [image('a')];

  it('is told under the names of the subscriptions', () => {
    expect(
      fold([told, foundChart('7'), foundImage('b', '2')]).considered,
    ).toEqual([{ subscription: 's0', ...considered }]);
  });

  it.each([
    ['not asked', kept],
    ['could not be read', failed],
    ['told nothing new', foundImage('a', '1')],
  ])('stays when a subscription was %s', (_, outcome) => {
    expect(fold([outcome], fold([told], undefined, only), only)).toMatchObject({
      considered: [{ subscription: 's0', ...considered }],
    });
  });

  it('goes when the subscription changes', () => {
    const before = fold([told], undefined, only);
    expect(
      fold([foundImage('b', '2')], before, [image('b')]),
    ).not.toHaveProperty('considered');
  });
});

describe('subscriptionHash', () => {
  it('does not depend on the order of fields', () => {
    const turned = {
      image: Object.fromEntries(Object.entries(image('a').image!).reverse()),
    } as unknown as Subscription;
    expect(subscriptionHash(turned)).toBe(subscriptionHash(image('a')));
    expect(subscriptionHash(image('b'))).not.toBe(subscriptionHash(image('a')));
  });
});
