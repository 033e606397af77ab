import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readConfig } from './readConfig';

function read(kargo: JsonObject) {
  return readConfig(new ConfigReader({ kargo }));
}

describe('readConfig', () => {
  it('reads durations', () => {
    expect(
      read({
        manifests: { interval: { seconds: 30 } },
        discovery: { minimumInterval: '1m' },
        retention: { minimumAge: { days: 0 }, events: 'P1D' },
      }),
    ).toMatchObject({
      manifests: { intervalMs: 30_000 },
      discovery: { minimumIntervalMs: 60_000 },
      retention: { minimumAgeMs: 0, eventsMs: 86_400_000 },
    });
  });

  it.each<[string, JsonObject]>([
    ['manifests.interval', { manifests: { interval: { seconds: 0 } } }],
    ['manifests.interval', { manifests: { interval: { minutes: -5 } } }],
    [
      'discovery.minimumInterval',
      { discovery: { minimumInterval: { seconds: -1 } } },
    ],
    ['retention.minimumAge', { retention: { minimumAge: { days: -14 } } }],
    ['retention.events', { retention: { events: 'P-7D' } }],
    ['retention.promotions', { retention: { promotions: 0 } }],
    ['concurrency.stages', { concurrency: { stages: 1.5 } }],
    ['webhooks.baseUrl', { webhooks: { baseUrl: 'portal.example' } }],
    ['sharedResourcesNamespace', { sharedResourcesNamespace: 'Shared' }],
    ['sharedResourcesNamespace', { sharedResourcesNamespace: 'kargo' }],
    [
      'sharedResourcesNamespace',
      { sharedResourcesNamespace: 'kargo-system-resources' },
    ],
  ])('names %s where it makes no sense (%j)', (key, kargo) => {
    expect(() => read(kargo)).toThrow(`kargo.${key} must be`);
  });
});
