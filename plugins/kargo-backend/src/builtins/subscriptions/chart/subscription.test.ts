import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ChartDiscoveryResult,
  ChartSubscription,
} from 'backstage-plugin-kargo-common';
import {
  CredentialRequest,
  RepoCredentials,
  SecretText,
} from 'backstage-plugin-kargo-node';
import {
  ChartServer,
  OciRegistry as TestRegistry,
  startChartServer,
  startOciRegistry,
} from 'kargo-test';
import { HelmRepository } from '../../../adapters/helm/HelmRepository';
import { UndiciHttpClient } from '../../../adapters/http/UndiciHttpClient';
import { OciRegistry } from '../../../adapters/oci/OciRegistry';
import { parseRepository } from '../../../adapters/oci/reference';
import { inOneTurn } from '../../../testing/inOneTurn';
import { HeldAnswers } from '../../../testing/HeldAnswers';
import { considerVersions } from './select';
import { createChartSubscription } from './subscription';

const ann: RepoCredentials = {
  username: 'ann',
  password: SecretText.of('s3cret'),
};

let oci: TestRegistry;
let classic: ChartServer;
let http: UndiciHttpClient;
let answers: HeldAnswers;
let charts: HelmRepository;
let registry: OciRegistry;
let type: ReturnType<typeof createChartSubscription>;
const asked: CredentialRequest[] = [];

const logger: LoggerService = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => logger,
};

beforeEach(async () => {
  asked.length = 0;
  oci = await startOciRegistry({
    auth: { kind: 'token', username: 'ann', password: 's3cret' },
  });
  classic = await startChartServer({
    auth: { username: 'ann', password: 's3cret' },
  });
  http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
  answers = HeldAnswers.of(http);
  charts = HelmRepository.create({ http: answers, clock });
  registry = OciRegistry.create({ http: answers, clock, random: () => 0.5 });
  type = createChartSubscription({ charts, registry });
});

afterEach(async () => {
  await http.close();
  await oci.close();
  await classic.close();
});

async function discover(
  config: Partial<ChartSubscription>,
): Promise<ChartDiscoveryResult> {
  const { discovery } = await type.discover(
    type.config.parse(config),
    undefined,
    {
      project: 'demo',
      subscriptionName: 'main',
      credentials: {
        find: async request => {
          asked.push(request);
          return ann;
        },
      },
      signal: new AbortController().signal,
      logger,
      now: () => 0,
      force: false,
    },
  );
  return discovery.result as ChartDiscoveryResult;
}

function indexOf(versions: readonly string[]): string {
  const items = versions.map(version => `  - version: "${version}"`);
  return ['entries:', '  web:', ...items, ''].join('\n');
}

describe('classic repositories', () => {
  it('are read with their credentials', async () => {
    await classic.addChart({ name: 'web', version: '1.0.0' });
    await classic.addChart({ name: 'web', version: '1.1.0' });
    await classic.addChart({ name: 'api', version: '3.0.0' });
    await expect(
      discover({ repoURL: classic.url, name: 'web', semverConstraint: '^1' }),
    ).resolves.toEqual({
      repoURL: classic.url,
      name: 'web',
      semverConstraint: '^1',
      subscriptionName: 'main',
      versions: ['1.1.0', '1.0.0'],
    });
    expect(asked).toEqual([
      { project: 'demo', type: 'helm', repoURL: classic.url },
    ]);
  });

  it.each<[string, Partial<ChartSubscription>, string[], string[]]>([
    [
      'S43 are lenient',
      {},
      ['1.0.0', 'v2.0.0', '1.1', '1.1.0+b1', 'not-a-version'],
      ['v2.0.0', '1.1.0+b1', '1.1', '1.0.0'],
    ],
    [
      'keep prereleases without a constraint',
      {},
      ['1.0.0', '1.1.0-rc.1'],
      ['1.1.0-rc.1', '1.0.0'],
    ],
    [
      'leave them out with a constraint without one',
      { semverConstraint: '>=0' },
      ['1.0.0', '1.1.0-rc.1'],
      ['1.0.0'],
    ],
    [
      'stop at the limit',
      { discoveryLimit: 2 },
      ['1.0.0', '1.1.0', '1.2.0'],
      ['1.2.0', '1.1.0'],
    ],
    [
      'list a version once',
      {},
      ['1.0.0', '1.0.0', '0.9.0'],
      ['1.0.0', '0.9.0'],
    ],
  ])('%s', async (_id, config, versions, expected) => {
    classic.setIndex(indexOf(versions));
    await expect(
      discover({ repoURL: classic.url, name: 'web', ...config }),
    ).resolves.toMatchObject({ versions: expected });
  });

  it('without the chart give an empty result', async () => {
    await expect(
      discover({ repoURL: classic.url, name: 'none' }),
    ).resolves.toMatchObject({ versions: [] });
  });
});

describe('OCI repositories', () => {
  it.each<[string, Partial<ChartSubscription>, string[], string[]]>([
    [
      'S40',
      {},
      ['1.0.0', 'v2.0.0', '1.1.0_b1', '1.1.0_b2', '1.1', '1.2.0-rc.1'],
      ['1.2.0-rc.1', '1.1.0+b2', '1.1.0+b1', '1.0.0'],
    ],
    [
      'S41',
      { semverConstraint: '^1' },
      ['1.0.0', 'v2.0.0', '1.1.0_b1', '1.1.0_b2', '1.1', '1.2.0-rc.1'],
      ['1.1.0+b2', '1.1.0+b1', '1.0.0'],
    ],
    ['S42', {}, ['1.0.0-a_b', '1.0.0_a_b', '1.0.0'], ['1.0.0', '1.0.0-a+b']],
  ])('%s', async (_id, config, tags, expected) => {
    oci.addTags('charts/web', tags);
    const repoURL = `oci://${oci.imageURL('charts/web')}`;
    await expect(discover({ repoURL, ...config })).resolves.toEqual({
      repoURL,
      ...(config.semverConstraint && {
        semverConstraint: config.semverConstraint,
      }),
      subscriptionName: 'main',
      versions: expected,
    });
    expect(asked).toEqual([{ project: 'demo', type: 'helm', repoURL }]);
    expect(oci.stats().byRoute).toEqual({ tags: 2, token: 1 });
  });

  it('are asked at the host in front, whatever it looks like', async () => {
    const list = jest.spyOn(registry, 'listTags').mockResolvedValue(['1.0.0']);
    const repoURL = 'oci://registry/charts/web';
    await expect(discover({ repoURL })).resolves.toMatchObject({
      versions: ['1.0.0'],
    });
    const [place] = list.mock.calls[0];
    expect(parseRepository(place.repoURL)).toEqual({
      host: 'registry',
      name: 'charts/web',
    });
  });

  it('may be written with a slash at the end', async () => {
    oci.addTags('charts/web', ['1.0.0']);
    await expect(
      discover({ repoURL: `oci://${oci.imageURL('charts/web')}/` }),
    ).resolves.toMatchObject({ versions: ['1.0.0'] });
  });
});

it.each<
  [
    string,
    () => [Partial<ChartSubscription>, (version: string) => unknown],
    () => jest.SpyInstance,
  ]
>([
  [
    'a classic repository',
    () => [
      { repoURL: classic.url, name: 'web' },
      version => classic.addChart({ name: 'web', version }),
    ],
    () => jest.spyOn(charts, 'listVersions'),
  ],
  [
    'an OCI repository',
    () => [
      { repoURL: `oci://${oci.imageURL('charts/web')}` },
      version => oci.addTags('charts/web', [version]),
    ],
    () => jest.spyOn(registry, 'listTags'),
  ],
])(
  'a new subscription of %s has what was published while another one was reading',
  async (_, start, watchReads) => {
    const [config, publish] = start();
    const reads = watchReads();
    await publish('1.0.0');
    await discover(config);
    const arrived = answers.holdNext();
    const reading = discover(config);
    await arrived;
    await publish('1.1.0');
    const other = discover(config);
    while (reads.mock.calls.length < 3) {
      await new Promise(setImmediate);
    }
    answers.release();
    await expect(reading).resolves.toMatchObject({ versions: ['1.0.0'] });
    await expect(other).resolves.toMatchObject({
      versions: ['1.1.0', '1.0.0'],
    });
  },
);

describe('mistakes in the subscription', () => {
  it.each<[Partial<ChartSubscription>, string]>([
    [
      { repoURL: 'https://charts.example' },
      'chart https://charts.example: name is missing',
    ],
    [
      { repoURL: 'oci://ghcr.io/acme/charts', name: 'web' },
      'name must be left out, an oci:// URL names the chart by itself; write repoURL: oci://ghcr.io/acme/charts/web',
    ],
  ])('%j', async (config, text) => {
    const error = await discover(config).catch(e => e);
    expect(error.name).toBe('InputError');
    expect(error.message).toContain(text);
  });

  it('in the constraint are named', async () => {
    await expect(
      discover({
        repoURL: classic.url,
        name: 'web',
        semverConstraint: '>>1',
      }),
    ).rejects.toThrow('>>1');
  });
});

describe('description', () => {
  it.each([
    [{ repoURL: 'oci://ghcr.io/acme/web' }, 'chart oci://ghcr.io/acme/web'],
    [
      { repoURL: 'https://charts.example', name: 'web' },
      'chart web in https://charts.example',
    ],
  ])('of %j', (config, expected) => {
    expect(type.describe(type.config.parse(config))).toBe(expected);
  });
});

describe('what there was to choose from', () => {
  const repoURL = 'https://charts.example';
  const consider = (semverConstraint?: string, chosen?: string) =>
    inOneTurn(
      considerVersions(
        { repoURL, name: 'web', discoveryLimit: 20, semverConstraint },
        'classic',
        ['1.0.0', '2.0.0', '2.0.0', '1.1.0'],
        chosen,
      ),
    );

  it('counts each version once', () => {
    expect(consider(undefined, '2.0.0')).toEqual({
      count: 3,
      unit: 'versions',
    });
  });

  it('names the newest that the constraint leaves out', () => {
    expect(consider('^1', '1.1.0')).toEqual({
      count: 3,
      unit: 'versions',
      leftOut: { name: '2.0.0', by: 'semverConstraint ^1' },
    });
  });
});
