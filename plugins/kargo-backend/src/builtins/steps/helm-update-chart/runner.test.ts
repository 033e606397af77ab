import { JsonObject } from 'backstage-plugin-kargo-common';
import { SecretText } from 'backstage-plugin-kargo-node';
import {
  ChartServer,
  Fault,
  OciRegistry,
  packageChart,
  startChartServer,
  startOciRegistry,
} from 'kargo-test';
import { symlink } from 'node:fs/promises';
import { StepHarness } from '../../../testing/StepHarness';
import { helmTemplateStep } from '../helm-template/runner';
import { helmUpdateChartStep } from './runner';

const PASSWORD = 'pa55/w@rd';

const FAULTS: Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429 },
  { kind: 'reset' },
  { kind: 'truncate', afterBytes: 3 },
  { kind: 'status', status: 200, body: '<html>Sign in</html>' },
];
const ROUTES = { classic: ['index', 'chart'], oci: ['manifest', 'blob'] };

describe.each([3, 4] as const)('helm-update-chart with Helm %d', helm => {
  let harness: StepHarness;
  let charts: ChartServer;
  let registry: OciRegistry;

  beforeAll(async () => {
    const auth = { username: 'robot', password: PASSWORD };
    harness = await StepHarness.start({ helm });
    charts = await startChartServer({ auth });
    registry = await startOciRegistry({ auth: { kind: 'basic', ...auth } });
    for (const version of ['1.0.0', '1.1.0', '2.0.0-rc.1']) {
      const archive = await packageChart({ name: 'redis', version });
      await charts.addChart({ name: 'redis', version });
      registry.pushChart({
        repository: 'charts/redis',
        metadata: { apiVersion: 'v2', name: 'redis', version },
        archive,
      });
    }
  }, 120_000);
  beforeEach(async () => {
    await harness.reset();
    charts.resetStats();
    harness.findCredentials = () => ({
      username: 'robot',
      password: SecretText.of(PASSWORD),
    });
  });
  afterAll(async () => {
    await harness.close();
    await charts.close();
    await registry.close();
  });

  const repositoryOf = (kind: string) =>
    kind === 'classic' ? charts.url : `oci://${registry.host}/charts`;
  const chartWith = (repository: string, version: string) =>
    `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n# the cache\n- repository: ${repository}\n  name: redis\n  version: ${version} # pin\n`;
  const update = (config: JsonObject = {}) =>
    harness.run(helmUpdateChartStep, { path: 'web', ...config });

  it.each(['classic', 'oci'])(
    'sets a version from a %s repository with credentials',
    async kind => {
      const repository = repositoryOf(kind);
      await harness.write({ 'web/Chart.yaml': chartWith(repository, '1.0.0') });
      await expect(update()).resolves.toEqual({
        kind: 'succeeded',
        output: {
          commitMessage: 'Updated chart dependencies for web\n\n- redis: 1.0.0',
        },
      });
      const wanted = { repository, name: 'redis', version: '1.1.0' };
      await expect(update({ charts: [wanted] })).resolves.toEqual({
        kind: 'succeeded',
        output: {
          commitMessage:
            'Updated chart dependencies for web\n\n- redis: 1.0.0 -> 1.1.0',
        },
      });
      await expect(harness.read('web/Chart.yaml')).resolves.toBe(
        chartWith(repository, '1.1.0'),
      );
      await expect(harness.list('web')).resolves.toEqual([
        'Chart.lock',
        'Chart.yaml',
        'charts/redis-1.1.0.tgz',
      ]);
      await expect(harness.read('web/Chart.lock')).resolves.toContain(
        'version: 1.1.0',
      );
      await expect(harness.leftovers()).resolves.toEqual([]);
      expect(harness.secrets).toContain(PASSWORD);
    },
    60_000,
  );

  it('takes the newest version of a range, and leaves the lock alone after that', async () => {
    await harness.write({
      'web/Chart.yaml': chartWith(charts.url, '^1.0.0'),
    });
    await expect(update()).resolves.toMatchObject({
      output: {
        commitMessage: 'Updated chart dependencies for web\n\n- redis: 1.1.0',
      },
    });
    const lock = `# mine\n${await harness.read('web/Chart.lock')}`;
    await harness.write({ 'web/Chart.lock': lock });
    await expect(update()).resolves.toEqual({ kind: 'succeeded' });
    await expect(harness.read('web/Chart.lock')).resolves.toBe(lock);
  }, 60_000);

  it('sets a version whose fields are written in another case', async () => {
    const chart = (version: string) =>
      `apiVersion: v2\nname: web\nversion: 1.0.0\nDependencies:\n- Name: redis\n  Repository: ${charts.url}\n  VERSION: ${version} # pin\n`;
    await harness.write({ 'web/Chart.yaml': chart('1.0.0') });
    const wanted = { repository: charts.url, name: 'redis', version: '1.1.0' };
    await expect(update({ charts: [wanted] })).resolves.toMatchObject({
      output: {
        commitMessage: 'Updated chart dependencies for web\n\n- redis: 1.1.0',
      },
    });
    await expect(harness.read('web/Chart.yaml')).resolves.toBe(chart('1.1.0'));
    await expect(harness.list('web/charts')).resolves.toEqual([
      'redis-1.1.0.tgz',
    ]);
  }, 60_000);

  it('sets the first of two dependencies on one chart, and locks both', async () => {
    const chart = (version: string) =>
      `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- name: redis\n  alias: a\n  repository: ${charts.url}\n  version: ${version}\n- name: redis\n  alias: b\n  repository: ${charts.url}\n  version: 1.0.0\n`;
    await harness.write({ 'web/Chart.yaml': chart('1.0.0') });
    await update();
    const wanted = { repository: charts.url, name: 'redis', version: '1.1.0' };
    await expect(update({ charts: [wanted] })).resolves.toMatchObject({
      output: {
        commitMessage:
          'Updated chart dependencies for web\n\n- redis: 1.0.0 -> 1.1.0',
      },
    });
    await expect(harness.read('web/Chart.yaml')).resolves.toBe(chart('1.1.0'));
    const lock = await harness.read('web/Chart.lock');
    expect(lock.match(/version: .*/g)).toEqual([
      'version: 1.1.0',
      'version: 1.0.0',
    ]);
  }, 60_000);

  it.each(['dependencies:', 'Dependencies: null'])(
    'has nothing to do where nothing stands behind %s',
    async field => {
      const text = `apiVersion: v2\nname: web\nversion: 1.0.0\n${field}\n`;
      await harness.write({ 'web/Chart.yaml': text });
      await expect(update()).resolves.toEqual({ kind: 'succeeded' });
      await expect(harness.read('web/Chart.yaml')).resolves.toBe(text);
    },
  );

  it('tells what left the chart', async () => {
    await harness.write({
      'web/Chart.yaml': chartWith(charts.url, '1.0.0'),
      'web/Chart.lock':
        'dependencies:\n- name: old\n  repository: https://x\n  version: 1.0.0\ndigest: x\n',
    });
    await expect(update()).resolves.toMatchObject({
      output: {
        commitMessage:
          'Updated chart dependencies for web\n\n- redis: 1.0.0\n- old: removed',
      },
    });
  }, 60_000);

  it.each(['classic', 'oci'])(
    'lets helm-template bring what the lock says from a %s repository',
    async kind => {
      const repository = repositoryOf(kind);
      await harness.write({ 'web/Chart.yaml': chartWith(repository, '1.0.0') });
      const render = () =>
        harness.run(helmTemplateStep, {
          path: 'web',
          outPath: 'o.yaml',
          releaseName: 'r',
          buildDependencies: true,
        });
      await render();
      await expect(harness.read('o.yaml')).resolves.toContain(
        '# Source: web/charts/redis/templates/configmap.yaml',
      );
      const lock = await harness.read('web/Chart.lock');
      await render();
      await expect(harness.read('web/Chart.lock')).resolves.toBe(lock);
      await harness.write({ 'web/Chart.yaml': chartWith(repository, '1.1.0') });
      await expect(render()).rejects.toThrow('out of sync');
    },
    60_000,
  );

  it.each(['classic', 'oci'])(
    'tells of missing credentials of a %s repository',
    async kind => {
      harness.findCredentials = () => undefined;
      await harness.write({
        'web/Chart.yaml': chartWith(repositoryOf(kind), '1.0.0'),
      });
      const error: Error = await update().catch(e => e);
      expect(error.message).toMatch(
        /gave no index: .*401|credential not found/,
      );
      expect(error.message).not.toContain(harness.folder);
    },
    60_000,
  );

  it.each<[string, Fault, string]>(
    (['classic', 'oci'] as const).flatMap(kind =>
      FAULTS.flatMap(fault =>
        ROUTES[kind].map((route): [string, Fault, string] => [
          kind,
          fault,
          route,
        ]),
      ),
    ),
  )(
    'calls a fault of a %s repository one that passes: %j of its %s',
    async (kind, fault, route) => {
      const { faults } = kind === 'classic' ? charts : registry;
      const takeBack = faults.always(fault, { route });
      await harness.write({
        'web/Chart.yaml': chartWith(repositoryOf(kind), '1.0.0'),
      });
      await expect(update()).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
      });
      takeBack();
      await expect(update()).resolves.toMatchObject({ kind: 'succeeded' });
    },
    60_000,
  );

  it('packages a chart of the Promotion’s folder', async () => {
    await harness.write({
      'common/Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.2.3\n',
      'web/Chart.yaml': chartWith('file://../common', '">=1"'),
    });
    await update();
    await expect(harness.list('web/charts')).resolves.toEqual([
      'redis-1.2.3.tgz',
    ]);
  }, 60_000);

  it.each<[string, string, JsonObject, string]>([
    [
      'a dependency in another spelling',
      'https://charts.example.com',
      {
        charts: [
          {
            repository: 'https://charts.example.com/',
            name: 'redis',
            version: '1.1.0',
          },
        ],
      },
      'has no dependency "redis" from "https://charts.example.com/"',
    ],
    [
      'a chart outside of the Promotion’s folder',
      'file://../../../outside',
      {},
      "which is outside of the Promotion's folder",
    ],
    [
      'a chart at an absolute path',
      'file:///etc',
      {},
      "which is outside of the Promotion's folder",
    ],
    [
      'an address that the portal does not connect to',
      'http://169.254.169.254/charts',
      {},
      'which the portal does not connect to',
    ],
  ])(
    'refuses %s and changes nothing',
    async (_, repository, config, message) => {
      const text = chartWith(repository, '1.0.0');
      await harness.write({ 'web/Chart.yaml': text });
      await expect(update(config)).rejects.toThrow(message);
      await expect(harness.list('web')).resolves.toEqual(['Chart.yaml']);
      await expect(harness.read('web/Chart.yaml')).resolves.toBe(text);
    },
    60_000,
  );

  it('does not write through a link', async () => {
    await harness.write({
      'web/Chart.yaml': chartWith(charts.url, '1.0.0'),
      lock: 'dependencies: []\n',
    });
    await symlink('../lock', harness.at('web/Chart.lock'));
    await expect(update()).rejects.toThrow('is a link');
  }, 60_000);

  it('has nothing to do for a chart without dependencies', async () => {
    await harness.write({
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    });
    await expect(update()).resolves.toEqual({ kind: 'succeeded' });
    await expect(harness.list('web')).resolves.toEqual(['Chart.yaml']);
  }, 60_000);
});
