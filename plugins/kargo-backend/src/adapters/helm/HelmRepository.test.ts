import { SecretText } from 'backstage-plugin-kargo-node';
import { ChartServer, Fault, startChartServer } from 'kargo-test';
import { wereRefused } from '../credentials/refusedCredentials';
import { UndiciHttpClient } from '../http/UndiciHttpClient';
import { HelmRepository } from './HelmRepository';

const credentials = {
  username: 'ann',
  password: SecretText.of('s3cret'),
};

let server: ChartServer;
let http: UndiciHttpClient;
let charts: HelmRepository;
/** Short only where nothing is to come. */
let maxSilenceMs: number | undefined;
const now = Date.parse('2026-01-01T00:00:00Z');

async function setUp(options?: Parameters<typeof startChartServer>[0]) {
  server = await startChartServer(options);
  http = UndiciHttpClient.create({
    egress: { allowLoopback: true },
  });
  charts = HelmRepository.create({
    http,
    get maxSilenceMs() {
      return maxSilenceMs;
    },
    clock: { now: () => now, monotonic: () => now, sleep: async () => {} },
  });
}

afterEach(async () => {
  maxSilenceMs = undefined;
  await http.close();
  await server.close();
});

async function versionsOf(chart: string, url = server.url) {
  const versions = await charts.listVersions({ repoURL: url }, chart);
  return versions.map(({ version }) => version);
}

describe('HelmRepository', () => {
  it('lists the versions of a chart', async () => {
    await setUp();
    await server.addChart({ name: 'web', version: '1.0.0' });
    await server.addChart({ name: 'web', version: '1.1.0' });
    await server.addChart({ name: 'api', version: '9.0.0' });
    expect((await versionsOf('web')).sort()).toEqual(['1.0.0', '1.1.0']);
    await expect(versionsOf('web', `${server.url}/`)).resolves.toHaveLength(2);
    await expect(versionsOf('none')).resolves.toEqual([]);
  });

  it('fetches an index again only when it changed', async () => {
    await setUp();
    await server.addChart({ name: 'web', version: '1.0.0' });
    await versionsOf('web');
    await versionsOf('web');
    await versionsOf('api');
    expect(server.stats().log.map(e => e.status)).toEqual([200, 304, 304]);
    await server.addChart({ name: 'web', version: '1.1.0' });
    expect((await versionsOf('web')).sort()).toEqual(['1.0.0', '1.1.0']);
  });

  it('fetches again what may have changed in the second in which it was sent', async () => {
    await setUp();
    await server.addChart({ name: 'web', version: '1.1.0' });
    // A server that tells the time of the change alone.
    const second = 'Fri, 01 Jan 2100 00:00:00 GMT';
    server.faults.add({
      kind: 'status',
      status: 200,
      headers: { date: second, 'last-modified': second },
      body: 'entries:\n  web:\n  - version: 1.0.0\n',
    });
    await expect(versionsOf('web')).resolves.toEqual(['1.0.0']);
    await expect(versionsOf('web')).resolves.toEqual(['1.1.0']);
  });

  it('fetches it once for callers at the same time', async () => {
    await setUp();
    await server.addChart({ name: 'web', version: '1.0.0' });
    await Promise.all(['web', 'web', 'api'].map(name => versionsOf(name)));
    expect(server.stats().requests).toBe(1);
  });

  it('keeps no more than it may', async () => {
    await setUp();
    charts = HelmRepository.create({
      http,
      clock: { now: () => now, monotonic: () => now, sleep: async () => {} },
      maxCachedCharacters: 10,
    });
    await server.addChart({ name: 'web', version: '1.0.0' });
    await versionsOf('web');
    await versionsOf('web');
    expect(server.stats().log.map(e => e.status)).toEqual([200, 200]);
  });

  it('proves identity, and keeps an index for those who did', async () => {
    await setUp({ auth: { username: 'ann', password: 's3cret' } });
    await server.addChart({ name: 'web', version: '1.0.0' });
    const repoURL = server.url;
    await expect(
      charts.listVersions({ repoURL, credentials }, 'web'),
    ).resolves.toHaveLength(1);
    const anonymous = await versionsOf('web').catch(e => e);
    expect(anonymous.name).toBe('CredentialsRejectedError');
    expect(anonymous.message).toContain(
      `wants credentials for ${server.url}/index.yaml and none are configured`,
    );
    const refused = { ...credentials, password: SecretText.of('wr0ng') };
    const wrong = await charts
      .listVersions({ repoURL, credentials: refused }, 'web')
      .catch(e => e);
    expect(wrong.name).toBe('CredentialsRejectedError');
    expect(wrong.message).toContain('refuses the credentials');
    expect(wrong.message).not.toContain('wr0ng');
    expect([credentials, refused].map(wereRefused)).toEqual([false, true]);
  });

  it.each<[string, Fault, string]>([
    ['404', { kind: 'status', status: 404 }, 'answered with status 404'],
    ['500', { kind: 'status', status: 500 }, 'it will be asked again later'],
    [
      'half an answer',
      { kind: 'truncate', afterBytes: 10 },
      'dropped the connection before its answer was complete',
    ],
    ['silence', { kind: 'hang' }, 'did not answer in time'],
    [
      'a redirect inside',
      { kind: 'redirect', location: 'http://10.0.0.1/index.yaml' },
      'redirects to an address that is not allowed',
    ],
  ])(
    'names host and reason after %s, and recovers',
    async (_name, fault, text) => {
      await setUp();
      await server.addChart({ name: 'web', version: '1.0.0' });
      server.faults.add(fault);
      maxSilenceMs = fault.kind === 'hang' ? 200 : undefined;
      const error = await versionsOf('web').catch(e => e);
      maxSilenceMs = undefined;
      expect(error).toMatchObject({
        name: 'UpstreamUnavailableError',
        host: server.host,
      });
      expect(error.message).toContain(server.host);
      expect(error.message).toContain(text);
      await expect(versionsOf('web')).resolves.toEqual(['1.0.0']);
    },
  );

  it('passes on when it may ask again', async () => {
    await setUp();
    server.faults.add({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '60' },
    });
    await expect(versionsOf('web')).rejects.toMatchObject({
      retryAt: now + 60_000,
    });
  });

  it('does not keep an index that cannot be read', async () => {
    await setUp();
    server.setIndex('entries: [');
    const error = await versionsOf('web').catch(e => e);
    expect(error.name).toBe('UpstreamUnavailableError');
    expect(error.message).toContain(
      `sent an index that cannot be read for ${server.url}/index.yaml`,
    );
    server.setIndex('entries:\n  web:\n  - version: 1.0.0\n');
    await expect(versionsOf('web')).resolves.toEqual(['1.0.0']);
  });
});
