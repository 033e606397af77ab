import { JsonObject, Measurement } from 'backstage-plugin-kargo-common';
import { MetricOutcome } from 'backstage-plugin-kargo-node';
import { json, MetricServer } from '../../../testing/MetricServer';
import { kayentaProvider } from './provider';

jest.setTimeout(60_000);

const scope = { scope: 'app', region: 'eu', step: 60 };

describe('kayenta', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const config = (more: JsonObject = {}): JsonObject => ({
    address: server.url,
    application: 'app',
    canaryConfigName: 'smoke',
    metricsAccountName: 'm',
    configurationAccountName: 'c',
    storageAccountName: 's',
    threshold: { pass: 90, marginal: 75 },
    scopes: [{ name: 'default', controlScope: scope, experimentScope: scope }],
    ...more,
  });

  it('starts an analysis of the time since the last measurement', async () => {
    server.answer = ({ url }) =>
      url.startsWith('/canaryConfig')
        ? json([{ id: 'id 1', name: 'smoke' }])
        : json({ canaryExecutionId: 'e1' });
    await expect(
      server.measure(kayentaProvider, config(), { interval: '10m' }),
    ).resolves.toEqual({
      kind: 'waiting',
      checkAgainInMs: 15_000,
      metadata: { canaryExecutionId: 'e1' },
    });
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /canaryConfig?application=app&configurationAccountName=s',
      'POST /canary/id%201?application=app&metricsAccountName=m&configurationAccountName=c&storageAccountName=s',
    ]);
    const whole = {
      scope: 'app',
      location: 'eu',
      step: 60,
      start: '2026-06-01T11:50:00Z',
      end: '2026-06-01T12:00:00Z',
    };
    expect(JSON.parse(server.seen[1].body)).toEqual({
      scopes: { default: { controlScope: whole, experimentScope: whole } },
      thresholds: { pass: 90, marginal: 75 },
    });
  });

  const inFlight: Measurement = {
    phase: 'Running',
    metadata: { canaryExecutionId: 'e1' },
  };
  const ended = (score: number) => ({
    complete: true,
    status: 'succeeded',
    result: { judgeResult: { score: { score } } },
  });

  it.each<[unknown, MetricOutcome]>([
    [
      { complete: false, status: 'running' },
      { kind: 'waiting', checkAgainInMs: 15_000 },
    ],
    [ended(95.7), { kind: 'judged', phase: 'Successful', value: '95' }],
    [ended(80), { kind: 'judged', phase: 'Inconclusive', value: '80' }],
    [ended(10), { kind: 'judged', phase: 'Failed', value: '10' }],
  ])('takes %j for %j', async (answer, outcome) => {
    server.answerJson(answer);
    await expect(
      server.measure(kayentaProvider, config(), { measurement: inFlight }),
    ).resolves.toEqual(outcome);
    expect(server.seen[0].url).toBe('/canary/e1?storageAccountName=s');
  });

  it('fails by an analysis that does, and by one that nobody remembers', async () => {
    server.answerJson({ complete: true, status: 'terminal' });
    await expect(
      server.measure(kayentaProvider, config(), { measurement: inFlight }),
    ).rejects.toThrow("ended with the status 'terminal'");
    await expect(
      server.measure(kayentaProvider, config(), {
        measurement: { phase: 'Running' },
      }),
    ).rejects.toThrow('canaryExecutionId');
  });

  it('refuses what Kayenta does not know, and half of a time', async () => {
    server.answerJson([{ id: '1', name: 'other' }]);
    await expect(server.measure(kayentaProvider, config())).rejects.toThrow(
      "no canary config 'smoke'",
    );
    server.answerJson([{ id: '1', name: 'smoke' }]);
    const scopes = [
      {
        name: 'x',
        controlScope: { ...scope, start: 'a' },
        experimentScope: scope,
      },
    ];
    await expect(
      server.measure(kayentaProvider, config({ scopes })),
    ).rejects.toThrow(
      "scope 'x': set start of controlScope and experimentScope",
    );
  });
});
