import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ImageDiscoveryResult,
  ImageSubscription,
} from 'backstage-plugin-kargo-common';
import {
  CredentialRequest,
  PreviousDiscovery,
  SecretText,
} from 'backstage-plugin-kargo-node';
import {
  ImageDescription,
  OciRegistry as TestRegistry,
  OciRegistryOptions as TestRegistryOptions,
  startOciRegistry,
} from 'kargo-test';
import { UndiciHttpClient } from '../../../adapters/http/UndiciHttpClient';
import { OciRegistry } from '../../../adapters/oci/OciRegistry';
import { HttpClient } from '../../../ports/HttpClient';
import { HeldAnswers } from '../../../testing/HeldAnswers';
import { CacheByTagPolicy } from './select';
import { createImageSubscription } from './subscription';

jest.setTimeout(60_000);

let server: TestRegistry;
let http: UndiciHttpClient;
const asked: CredentialRequest[] = [];

const logger: LoggerService = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => logger,
};

async function setUp(options?: TestRegistryOptions) {
  server = await startOciRegistry(options);
}

beforeEach(async () => {
  asked.length = 0;
  http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
});

afterEach(async () => {
  await http.close();
  await server.close();
});

interface Call {
  config?: Partial<ImageSubscription>;
  previous?: PreviousDiscovery;
  force?: boolean;
  policy?: CacheByTagPolicy;
  registry?: OciRegistry;
  name?: string;
}

function aRegistry(client: HttpClient = http) {
  return OciRegistry.create({
    http: client,
    clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
    random: () => 0.5,
  });
}

/** One discovery by a portal that has just started, unless it is given its registry. */
async function discover(call: Call = {}) {
  const { registry = aRegistry(), policy = 'Allow' } = call;
  const type = createImageSubscription({ registry, cacheByTagPolicy: policy });
  const config = type.config.parse({
    repoURL: server.imageURL('web'),
    ...call.config,
  });
  const answer = await type.discover(config, call.previous, {
    project: 'demo',
    subscriptionName: call.name,
    credentials: {
      find: async request => {
        asked.push(request);
        return { username: 'ann', password: SecretText.of('s3cret') };
      },
    },
    signal: new AbortController().signal,
    logger,
    now: () => 0,
    force: call.force ?? false,
  });
  const { discovery, state, considered } = answer;
  const result = discovery.result as ImageDiscoveryResult;
  // What is kept between discoveries goes through the store as JSON.
  const previous: PreviousDiscovery = JSON.parse(
    JSON.stringify({ result: discovery, state }),
  );
  const tags = result.references.map(r => r.tag);
  return { result, previous, tags, considered };
}

function push(tag: string, image: ImageDescription = {}) {
  return server.pushImage({ repository: 'web', tag, ...image });
}

function methods() {
  return server.stats().log.map(({ method, route }) => `${method} ${route}`);
}

function countsOf(entries: string[]) {
  const counts: Record<string, number> = {};
  for (const entry of entries) counts[entry] = (counts[entry] ?? 0) + 1;
  return counts;
}

describe('result', () => {
  it('tells tag, digest, annotations and time of what it found', async () => {
    await setUp();
    const digest = push('1.0.0', {
      annotations: { 'org.opencontainers.image.source': 'https://x.example' },
      labels: { 'org.opencontainers.image.revision': 'not reported' },
      created: '2026-01-02T03:04:05.678Z',
    });
    const { result } = await discover({ name: 'frontend' });
    expect(result).toEqual({
      repoURL: server.imageURL('web'),
      subscriptionName: 'frontend',
      references: [
        {
          tag: '1.0.0',
          digest,
          annotations: {
            'org.opencontainers.image.source': 'https://x.example',
          },
          createdAt: '2026-01-02T03:04:05Z',
        },
      ],
    });
  });

  it('has neither time nor annotations when nothing is known', async () => {
    await setUp();
    const digest = push('1.0.0');
    const { result } = await discover();
    expect(result.references).toEqual([{ tag: '1.0.0', digest }]);
  });

  it('is empty for a repository without tags', async () => {
    await setUp();
    server.addTags('web', []);
    const { result } = await discover();
    expect(result.references).toEqual([]);
  });

  it('has what was pushed while another subscription was reading the list', async () => {
    await setUp();
    push('1.0.0');
    const answers = HeldAnswers.of(http);
    const registry = aRegistry(answers);
    const listTags = jest.spyOn(registry, 'listTags');
    const { previous } = await discover({ registry });
    const arrived = answers.holdNext();
    const reading = discover({ registry, previous });
    await arrived;
    push('1.1.0');
    const others = [
      discover({ registry }),
      discover({ registry, previous, force: true }),
    ];
    while (listTags.mock.calls.length < 4) {
      await new Promise(setImmediate);
    }
    answers.release();
    await expect(reading).resolves.toMatchObject({ tags: ['1.0.0'] });
    for (const other of others) {
      await expect(other).resolves.toMatchObject({ tags: ['1.1.0', '1.0.0'] });
    }
  });

  it('is found with the credentials of the repository', async () => {
    await setUp({
      auth: { kind: 'token', username: 'ann', password: 's3cret' },
    });
    push('1.0.0');
    await expect(discover()).resolves.toMatchObject({ tags: ['1.0.0'] });
    expect(asked).toEqual([
      { project: 'demo', type: 'image', repoURL: server.imageURL('web') },
    ]);
  });
});

describe('SemVer and Lexical', () => {
  it.each<[string, Partial<ImageSubscription>, string[], string[]]>([
    [
      'S01',
      {},
      ['1.0.0', '1.2.0', '1.10.0', 'latest', 'nightly'],
      ['1.10.0', '1.2.0', '1.0.0'],
    ],
    [
      'S02',
      {},
      ['v1.2.0', '1.2.0', 'v1.10.0', '1.9.9'],
      ['v1.10.0', '1.9.9', 'v1.2.0', '1.2.0'],
    ],
    [
      'S03',
      { strictSemvers: false },
      ['1', '1.1', '1.1.0', 'v1.1.0', '2'],
      ['2', 'v1.1.0', '1.1.0', '1.1', '1'],
    ],
    ['S04', {}, ['1', '1.1', '1.1.0', 'v1.1.0', '2'], ['v1.1.0', '1.1.0']],
    [
      'S08',
      { constraint: '*' },
      ['1.0.0-rc.1', '0.9.0', '1.0.0-rc.2'],
      ['0.9.0'],
    ],
    [
      'S09',
      { constraint: '>=0-0' },
      ['1.0.0-rc.1', '0.9.0', '1.0.0-rc.2'],
      ['1.0.0-rc.2', '1.0.0-rc.1', '0.9.0'],
    ],
    [
      'S11',
      { constraint: '^1.26.0-0' },
      ['1.26.0', '1.26.3', '1.27.0', '1.27.0-alpine', '2.0.0'],
      ['1.27.0', '1.27.0-alpine', '1.26.3', '1.26.0'],
    ],
    [
      'S13',
      { constraint: '>=1.26, <2, !=1.27.0' },
      ['1.26.0', '1.26.3', '1.27.0', '1.27.0-alpine', '2.0.0'],
      ['1.26.3', '1.26.0'],
    ],
    [
      'S29',
      { constraint: '^1.2.3-0', allowTagsRegexes: ['^[0-9.]+$'] },
      ['1.2.3-alpine', '1.2.3', '1.2.4-alpine'],
      ['1.2.3'],
    ],
    [
      'S30',
      { ignoreTagsRegexes: ['-arm64$'] },
      ['1.2.3-amd64', '1.2.3-arm64', '1.2.3'],
      ['1.2.3', '1.2.3-amd64'],
    ],
    [
      'S31',
      { discoveryLimit: 2 },
      ['1.0.0', '2.0.0', '3.0.0', '4.0.0'],
      ['4.0.0', '3.0.0'],
    ],
    ['S32', { constraint: '>9' }, ['1.0.0', '2.0.0', '3.0.0'], []],
    [
      'S33',
      { imageSelectionStrategy: 'Lexical' },
      ['a', 'B', 'b', 'A', '10', '9'],
      ['b', 'a', 'B', 'A', '9', '10'],
    ],
    [
      'S35',
      { imageSelectionStrategy: 'Lexical', allowTagsRegexes: ['^main-'] },
      ['main-20240101-aaa', 'main-20240201-bbb', 'dev-20250101-ccc'],
      ['main-20240201-bbb', 'main-20240101-aaa'],
    ],
    [
      'S36',
      { imageSelectionStrategy: 'Lexical' },
      ['1.0.0', 'sha256-0f0e.sig', 'v1', 'latest', 'Zed', '_x'],
      ['v1', 'sha256-0f0e.sig', 'latest', '_x', 'Zed', '1.0.0'],
    ],
    [
      'S37',
      {
        imageSelectionStrategy: 'Lexical',
        ignoreTagsRegexes: ['\\.sig$'],
        discoveryLimit: 2,
      },
      ['1.0.0', 'sha256-0f0e.sig', 'v1', 'latest'],
      ['v1', 'latest'],
    ],
    [
      'S39',
      {
        imageSelectionStrategy: 'Lexical',
        allowTagsRegexes: ['prod'],
        ignoreTagsRegexes: ['rc'],
      },
      ['rc-1', 'prod-1', 'prod-rc-2'],
      ['prod-1'],
    ],
  ])('%s', async (_id, config, tags, expected) => {
    await setUp();
    server.addTags('web', tags);
    await expect(discover({ config })).resolves.toMatchObject({
      tags: expected,
    });
  });

  it('go on below tags of another platform until there are enough', async () => {
    await setUp();
    for (const patch of [0, 1, 2, 3, 4, 5]) {
      push(`1.0.${patch}`, {
        platforms: [patch % 2 ? 'linux/arm64' : 'linux/amd64'],
      });
    }
    const { tags } = await discover({
      config: { platform: 'linux/amd64', discoveryLimit: 2 },
    });
    expect(tags).toEqual(['1.0.4', '1.0.2']);
    // 1.0.0 and 1.0.1 were not needed.
    expect(methods().filter(m => m === 'GET manifest')).toHaveLength(4);
  });

  it('leave out a tag whose index is left without any of its images', async () => {
    await setUp();
    const platforms = ['linux/amd64', 'linux/arm64'];
    push('1.0.0', { platforms });
    push('1.1.0', { platforms, content: 'newer' });
    const address = `${server.url}/v2/web/manifests/1.1.0`;
    const { manifests } = (await (await fetch(address)).json()) as {
      manifests: Array<{ digest: string }>;
    };
    for (const { digest } of manifests) {
      server.remove('web', digest);
    }
    const first = await discover();
    expect(first.tags).toEqual(['1.0.0']);
    // Pushed again, it is there again.
    push('1.1.0', { platforms, content: 'newer' });
    const second = await discover({ previous: first.previous });
    expect(second.tags).toEqual(['1.1.0', '1.0.0']);
  });

  it('leave out a tag that vanishes between the list and the look at it', async () => {
    await setUp();
    push('1.0.0');
    push('1.1.0');
    server.faults.add(
      { kind: 'status', status: 404 },
      { route: 'manifest', path: '1.1.0' },
    );
    await expect(discover()).resolves.toMatchObject({ tags: ['1.0.0'] });
  });

  it('fail as a whole when the registry fails for one tag', async () => {
    await setUp();
    push('1.0.0');
    push('1.1.0');
    server.faults.always(
      { kind: 'status', status: 500 },
      { route: 'manifest', path: '1.1.0' },
    );
    await expect(discover()).rejects.toThrow(
      `${
        server.host
      } failed with status 500 when asked for the manifest of ${server.imageURL(
        'web',
      )}:1.1.0`,
    );
  });
});

it.each(['NewestBuild', 'Lexical'] as const)(
  '%s never takes the signature of an image for the image',
  async imageSelectionStrategy => {
    await setUp();
    push('main-1', { created: '2026-01-01T00:00:00Z' });
    const digest = push('main-2', { created: '2026-01-02T00:00:00Z' });
    for (const suffix of ['', '.sig', '.att', '.sbom']) {
      push(`${digest.replace(':', '-')}${suffix}`, {
        created: '2026-01-03T00:00:00Z',
      });
    }
    const { tags } = await discover({ config: { imageSelectionStrategy } });
    expect(tags).toEqual(['main-2', 'main-1']);
  },
);

describe('NewestBuild', () => {
  const newest = { imageSelectionStrategy: 'NewestBuild' } as const;

  it.each<
    [string, Partial<ImageSubscription>, Array<[string, string?]>, string[]]
  >([
    [
      'N01',
      {},
      [
        ['a', '2024-01-01T00:00:00Z'],
        ['b', '2024-03-01T00:00:00Z'],
        ['c', '2024-02-01T00:00:00Z'],
      ],
      ['b', 'c', 'a'],
    ],
    [
      'N02',
      {},
      [
        ['a', '2024-01-01T00:00:00Z'],
        ['b', '2024-01-01T00:00:00Z'],
      ],
      ['b', 'a'],
    ],
    [
      'N03',
      {},
      [
        ['a', '2024-01-01T00:00:00.000000002Z'],
        ['b', '2024-01-01T00:00:00.000000001Z'],
      ],
      ['a', 'b'],
    ],
    [
      'N04',
      {},
      [
        ['a', '2024-01-01T01:00:00+02:00'],
        ['b', '2023-12-31T23:30:00Z'],
      ],
      ['b', 'a'],
    ],
    ['N05', {}, [['a'], ['b', '1970-01-01T00:00:00Z']], ['b', 'a']],
    [
      'N08',
      { constraint: '^9' },
      [['1.0.0', '2024-01-01T00:00:00Z']],
      ['1.0.0'],
    ],
    [
      'N09',
      { ignoreTagsRegexes: ['^latest$'] },
      [
        ['latest', '2024-05-01T00:00:00Z'],
        ['x', '2024-01-01T00:00:00Z'],
      ],
      ['x'],
    ],
    ['N10', {}, [], []],
  ])('%s', async (_id, config, images, expected) => {
    await setUp();
    server.addTags('web', []);
    for (const [tag, created] of images) push(tag, { created });
    const first = await discover({ config: { ...newest, ...config } });
    expect(first.tags).toEqual(expected);
    // What is remembered must give the same order.
    const second = await discover({
      config: { ...newest, ...config },
      previous: first.previous,
    });
    expect(second.result).toEqual(first.result);
  });

  it('goes by when images were built, not by what all have of their base image', async () => {
    await setUp();
    const labels = {
      'org.opencontainers.image.created': '2023-01-01T00:00:00Z',
    };
    for (let day = 1; day <= 25; day++) {
      const date = String(day).padStart(2, '0');
      push(`built-${date}`, { labels, created: `2024-01-${date}T00:00:00Z` });
    }
    const { tags } = await discover({
      config: { ...newest, discoveryLimit: 20 },
    });
    expect(tags).toHaveLength(20);
    expect([tags[0], tags[19]]).toEqual(['built-25', 'built-06']);
  });

  it('N06 filters by platform before it cuts', async () => {
    await setUp();
    push('a', { created: '2024-03-01T00:00:00Z', platforms: ['linux/arm64'] });
    push('b', { created: '2024-02-01T00:00:00Z' });
    push('c', { created: '2024-01-01T00:00:00Z' });
    await expect(
      discover({
        config: { ...newest, platform: 'linux/amd64', discoveryLimit: 1 },
      }),
    ).resolves.toMatchObject({ tags: ['b'] });
  });

  it('N07 leaves out a tag that vanished', async () => {
    await setUp();
    push('a', { created: '2024-01-01T00:00:00Z' });
    push('b', { created: '2024-02-01T00:00:00Z' });
    server.faults.add(
      { kind: 'status', status: 404 },
      { route: 'manifest', path: 'manifests/b' },
    );
    await expect(discover({ config: newest })).resolves.toMatchObject({
      tags: ['a'],
    });
  });

  it.each<[string, ImageDescription, string | undefined]>([
    [
      'N11 the annotation wins',
      {
        annotations: {
          'org.opencontainers.image.created': '2024-01-01T00:00:00Z',
        },
        labels: { 'org.opencontainers.image.created': '2024-05-01T00:00:00Z' },
        created: '2024-06-01T00:00:00Z',
      },
      '2024-01-01T00:00:00Z',
    ],
    [
      'N12 an inherited label loses',
      {
        labels: { 'org.opencontainers.image.created': '2019-01-01T00:00:00Z' },
        created: '2024-06-01T00:00:00Z',
      },
      '2024-06-01T00:00:00Z',
    ],
    [
      'N13 a reproducible build is as old as its label says',
      {
        labels: { 'org.opencontainers.image.created': '2024-05-01T00:00:00Z' },
        created: '1970-01-01T00:00:00Z',
      },
      '2024-05-01T00:00:00Z',
    ],
    [
      'N14 only RFC 3339 counts',
      {
        annotations: {
          'org.opencontainers.image.created': '2024-01-01',
          'org.label-schema.build-date': '2024-02-01T00:00:00Z',
        },
      },
      '2024-02-01T00:00:00Z',
    ],
    [
      'N15 the annotation of an index wins',
      {
        platforms: ['linux/amd64', 'linux/arm64'],
        annotations: {
          'org.opencontainers.image.created': '2024-01-01T00:00:00Z',
        },
        created: '2024-03-01T00:00:00Z',
      },
      '2024-01-01T00:00:00Z',
    ],
    [
      'N16 an index is as old as its newest image',
      {
        platforms: ['linux/amd64', 'linux/arm64'],
        created: '2024-03-01T00:00:00Z',
      },
      '2024-03-01T00:00:00Z',
    ],
  ])('%s', async (_id, image, expected) => {
    await setUp();
    push('a', image);
    const { result } = await discover({ config: newest });
    expect(result.references[0].createdAt).toBe(expected);
  });
});

describe('Digest', () => {
  const digestOf = (constraint: string) =>
    ({ imageSelectionStrategy: 'Digest', constraint } as const);

  it('D01 follows one tag', async () => {
    await setUp();
    const digest = push('latest');
    push('other');
    const { result } = await discover({ config: digestOf('latest') });
    expect(result.references).toEqual([{ tag: 'latest', digest }]);
    expect(methods().filter(m => m.endsWith('tags'))).toEqual([]);
  });

  it('D02 finds nothing when the tag is gone', async () => {
    await setUp();
    await expect(
      discover({ config: digestOf('latest') }),
    ).resolves.toMatchObject({ tags: [] });
  });

  it('D03 fails when the registry does', async () => {
    await setUp();
    push('latest');
    server.faults.always({ kind: 'status', status: 500 });
    await expect(discover({ config: digestOf('latest') })).rejects.toThrow(
      'failed with status 500',
    );
  });

  it('D04 asks no pattern', async () => {
    await setUp();
    push('latest');
    await expect(
      discover({
        config: {
          ...digestOf('latest'),
          ignoreTagsRegexes: ['latest'],
          discoveryLimit: 1,
        },
      }),
    ).resolves.toMatchObject({ tags: ['latest'] });
  });

  it('D05 minds the platform', async () => {
    await setUp();
    push('latest', { platforms: ['linux/amd64', 'linux/s390x'] });
    await expect(
      discover({ config: { ...digestOf('latest'), platform: 'linux/arm64' } }),
    ).resolves.toMatchObject({ tags: [] });
  });

  it('D06 needs a tag', async () => {
    await setUp();
    await expect(
      discover({ config: { imageSelectionStrategy: 'Digest' } }),
    ).rejects.toThrow('the Digest strategy needs a constraint');
  });

  it('notices that the tag moved, with one HEAD when it did not', async () => {
    await setUp();
    push('latest', { content: 'old' });
    const config = digestOf('latest');
    const first = await discover({ config });
    server.resetStats();
    const second = await discover({ config, previous: first.previous });
    expect(second.result).toEqual(first.result);
    expect(methods()).toEqual(['HEAD manifest']);
    const digest = push('latest', { content: 'new' });
    const third = await discover({ config, previous: second.previous });
    expect(third.result.references[0].digest).toBe(digest);
  });
});

describe('what there was to choose from', () => {
  it.each<
    [
      string,
      Partial<ImageSubscription>,
      { name: string; by: string } | undefined,
    ]
  >([
    ['nothing when the newest was taken', {}, undefined],
    [
      'the constraint',
      { constraint: '^1.0.0' },
      { name: '2.0.0', by: 'constraint ^1.0.0' },
    ],
    [
      'a pattern before the constraint',
      { constraint: '^1.0.0', allowTagsRegexes: ['^1'] },
      { name: '2.0.0', by: 'allowTagsRegexes' },
    ],
    [
      'the platform',
      { platform: 'linux/arm64' },
      { name: '2.0.0', by: 'platform linux/arm64' },
    ],
    [
      'a pattern of tags in order of their names',
      { imageSelectionStrategy: 'Lexical', ignoreTagsRegexes: ['^lat'] },
      { name: 'latest', by: 'ignoreTagsRegexes' },
    ],
    [
      'nothing where names tell no order',
      { imageSelectionStrategy: 'NewestBuild' },
      undefined,
    ],
  ])('tells of %s', async (_, config, leftOut) => {
    await setUp();
    for (const tag of ['1.0.0', '1.1.0']) {
      push(tag, { platforms: ['linux/amd64', 'linux/arm64'] });
    }
    for (const tag of ['2.0.0', 'latest', `sha256-${'0'.repeat(64)}.sig`]) {
      push(tag, { platforms: ['linux/amd64'] });
    }
    const { considered } = await discover({ config });
    expect(considered).toEqual({
      count: 4,
      unit: 'tags',
      ...(leftOut && { leftOut }),
    });
  });
});

describe('platform', () => {
  it.each<[string, string, string[], string[]]>([
    ['A01', '', ['linux/amd64'], ['1.0.0']],
    ['A02 (by its config)', 'linux/amd64', ['linux/amd64'], ['1.0.0']],
    ['A02 (another)', 'linux/arm64', ['linux/amd64'], []],
    ['A03', 'linux/amd64', ['linux/amd64', 'linux/arm64'], ['1.0.0']],
    ['A04', 'linux/arm64', ['linux/amd64', 'linux/arm64/v8'], []],
    ['A05', 'linux/arm64/v8', ['linux/amd64', 'linux/arm64/v8'], ['1.0.0']],
    ['A06', 'linux/arm', ['linux/arm/v6', 'linux/arm/v7'], []],
    ['A07', 'linux/arm/v7', ['linux/arm/v6', 'linux/arm/v7'], ['1.0.0']],
    ['A08', 'Linux/amd64', ['linux/amd64', 'linux/arm64'], []],
    ['A09', 'linux/x86_64', ['linux/amd64', 'linux/arm64'], []],
    ['A13', 'linux/amd64', ['linux/amd64', 'unknown/unknown'], ['1.0.0']],
    [
      'A13 (attestation)',
      'unknown/unknown',
      ['linux/amd64', 'unknown/unknown'],
      [],
    ],
  ])('%s: %s', async (_id, platform, platforms, expected) => {
    await setUp();
    push('1.0.0', { platforms });
    await expect(discover({ config: { platform } })).resolves.toMatchObject({
      tags: expected,
    });
  });

  it('reports the digest of the index and asks only for the chosen image', async () => {
    await setUp();
    const digest = push('1.0.0', {
      platforms: ['linux/amd64', 'linux/arm64', 'windows/amd64'],
      created: '2026-01-02T03:04:05Z',
    });
    const { result } = await discover({ config: { platform: 'linux/arm64' } });
    expect(result).toMatchObject({
      platform: 'linux/arm64',
      references: [{ digest, createdAt: '2026-01-02T03:04:05Z' }],
    });
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'GET manifest': 2,
      'GET blob': 1,
    });
  });

  it('A11 an index without any image is an error that names the tag', async () => {
    await setUp();
    push('1.0.0', { platforms: ['unknown/unknown', 'unknown/unknown'] });
    const error = await discover().catch(e => e);
    expect(error.name).toBe('UpstreamUnavailableError');
    expect(error.host).toBe(server.host);
    expect(error.message).toContain(
      `${server.imageURL(
        'web',
      )}:1.0.0 cannot be used; leave the tag out with ignoreTagsRegexes`,
    );
  });
});

describe('steady state', () => {
  function pushMany(count: number, image: (index: number) => ImageDescription) {
    for (let i = 0; i < count; i++) push(`1.0.${i}`, image(i));
  }

  it('is one list and one HEAD per kept tag, also after a restart', async () => {
    await setUp();
    pushMany(30, i => ({ content: `${i}`, created: '2026-01-01T00:00:00Z' }));
    const first = await discover();
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'GET manifest': 20,
      'GET blob': 20,
    });
    server.resetStats();
    const second = await discover({ previous: first.previous });
    expect(second.result).toEqual(first.result);
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'HEAD manifest': 20,
    });
  });

  it('remembers the tags of other platforms', async () => {
    await setUp();
    pushMany(10, i => ({
      content: `${i}`,
      platforms: [i < 5 ? 'linux/amd64' : 'linux/arm64'],
    }));
    const config = { platform: 'linux/amd64', discoveryLimit: 3 };
    const first = await discover({ config });
    expect(first.tags).toEqual(['1.0.4', '1.0.3', '1.0.2']);
    server.resetStats();
    const second = await discover({ config, previous: first.previous });
    expect(second.tags).toEqual(first.tags);
    expect(Object.keys(countsOf(methods()))).toEqual([
      'GET tags',
      'HEAD manifest',
    ]);
  });

  it('of NewestBuild is one HEAD per tag', async () => {
    await setUp();
    pushMany(30, i => ({
      content: `${i}`,
      created: `2026-01-01T00:00:${`${i}`.padStart(2, '0')}Z`,
    }));
    const config = {
      imageSelectionStrategy: 'NewestBuild',
      discoveryLimit: 5,
    } as const;
    const first = await discover({ config });
    server.resetStats();
    const second = await discover({ config, previous: first.previous });
    expect(second.result).toEqual(first.result);
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'HEAD manifest': 30,
    });
    // When the newest goes, the one that moves up is completed.
    server.remove('web', '1.0.29');
    server.resetStats();
    const third = await discover({ config, previous: second.previous });
    expect(third.tags).toEqual([
      '1.0.28',
      '1.0.27',
      '1.0.26',
      '1.0.25',
      '1.0.24',
    ]);
    expect(third.result.references[4].createdAt).toBe('2026-01-01T00:00:24Z');
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'HEAD manifest': 29,
      'GET manifest': 1,
      'GET blob': 1,
    });
  });

  it('looks again at a tag that moved', async () => {
    await setUp();
    pushMany(3, i => ({ content: `${i}` }));
    const first = await discover();
    const digest = push('1.0.1', { content: 'moved', labels: { a: 'b' } });
    server.resetStats();
    const second = await discover({ previous: first.previous });
    expect(second.result.references[1]).toEqual({ tag: '1.0.1', digest });
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'HEAD manifest': 3,
      'GET manifest': 1,
      'GET blob': 1,
    });
  });

  it('survives a state that it did not write', async () => {
    await setUp();
    push('1.0.0');
    const first = await discover();
    const { tags } = await discover({
      previous: { ...first.previous, state: ['nonsense'] },
    });
    expect(tags).toEqual(['1.0.0']);
  });
});

describe('cacheByTag', () => {
  const config = { cacheByTag: true };
  const newest = { ...config, imageSelectionStrategy: 'NewestBuild' } as const;

  it.each([
    ['SemVer', config],
    ['NewestBuild', newest],
  ])('%s asks for the list only', async (_name, cached) => {
    await setUp();
    for (let i = 0; i < 30; i++) {
      push(`1.0.${i}`, { created: `2026-01-01T00:00:${10 + i}Z` });
    }
    const first = await discover({ config: cached });
    const second = await discover({ config: cached, previous: first.previous });
    server.resetStats();
    const third = await discover({ config: cached, previous: second.previous });
    expect(third.result).toEqual(first.result);
    expect(methods()).toEqual(['GET tags']);
  });

  it('looks only at tags that are new', async () => {
    await setUp();
    push('1.0.0');
    const first = await discover({ config });
    push('1.1.0');
    server.resetStats();
    const second = await discover({ config, previous: first.previous });
    expect(second.tags).toEqual(['1.1.0', '1.0.0']);
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'GET manifest': 1,
      'GET blob': 1,
    });
  });

  it('asks for nothing that is known when a person asks, either', async () => {
    await setUp();
    push('1.0.0');
    push('1.1.0');
    const first = await discover({ config });
    push('1.2.0');
    server.resetStats();
    const second = await discover({
      config,
      previous: first.previous,
      force: true,
    });
    expect(second.tags).toEqual(['1.2.0', '1.1.0', '1.0.0']);
    expect(countsOf(methods())).toEqual({
      'GET tags': 1,
      'GET manifest': 1,
      'GET blob': 1,
    });
  });

  it.each<[CacheByTagPolicy, boolean, string[]]>([
    ['Allow', true, ['GET tags']],
    ['Allow', false, ['GET tags', 'HEAD manifest']],
    ['Forbid', true, ['GET tags', 'HEAD manifest']],
    ['Require', true, ['GET tags']],
    ['Force', false, ['GET tags']],
  ])('policy %s, subscription %p', async (policy, cacheByTag, expected) => {
    await setUp();
    push('1.0.0');
    const first = await discover({ policy, config: { cacheByTag } });
    server.resetStats();
    await discover({
      policy,
      config: { cacheByTag },
      previous: first.previous,
    });
    expect(methods()).toEqual(expected);
  });

  it('is demanded by the policy Require, except of Digest', async () => {
    await setUp();
    push('latest');
    await expect(discover({ policy: 'Require' })).rejects.toThrow(
      'this portal requires cacheByTag: true',
    );
    await expect(
      discover({
        policy: 'Require',
        config: { imageSelectionStrategy: 'Digest', constraint: 'latest' },
      }),
    ).resolves.toMatchObject({ tags: ['latest'] });
  });
});

describe('mistakes in the subscription', () => {
  it.each<[Partial<ImageSubscription>, string]>([
    [
      { allowTags: '^v' },
      "allowTags is no longer supported; write allowTagsRegexes: ['^v'] instead",
    ],
    [
      { ignoreTags: ['latest'] },
      "ignoreTags is no longer supported; write ignoreTagsRegexes with a pattern like '^latest$' instead",
    ],
    [{ allowTagsRegexes: ['(?=x)'] }, 'allowTagsRegexes'],
    [{ constraint: '>>1' }, '>>1'],
  ])('%j', async (config, text) => {
    await setUp();
    push('1.0.0');
    const error = await discover({ config }).catch(e => e);
    expect(error.message).toContain(text);
    expect(error.name).toMatch(/InputError|SemverError/);
  });
});
