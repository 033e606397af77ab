import { TestDatabases } from '@backstage/backend-test-utils';
import { WebhookDelivery } from 'backstage-plugin-kargo-common';
import { migrateDatabase } from '../store/migrate';
import { SqlWebhookDeliveries } from './SqlWebhookDeliveries';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

function delivery(more: Partial<WebhookDelivery> = {}): WebhookDelivery {
  return {
    receiver: 'gh',
    type: 'github',
    at: '2026-05-01T10:00:00Z',
    event: 'push',
    status: 200,
    outcome: 'Refreshed',
    message: 'refreshed 1 warehouse(s)',
    ...more,
  };
}

describe.each(databases.eachSupportedId())('deliveries on %s', id => {
  let deliveries: SqlWebhookDeliveries;

  beforeEach(async () => {
    const knex = await databases.init(id);
    await migrateDatabase(knex);
    deliveries = SqlWebhookDeliveries.create({ knex });
  });

  async function record(place: string, list: Array<Partial<WebhookDelivery>>) {
    for (const each of list) {
      await deliveries.record(place, delivery(each));
    }
  }

  async function messages(place: string) {
    return (await deliveries.list(place)).map(({ message }) => message);
  }

  it('are told newest first, of one place alone', async () => {
    await record('demo', [{ message: '1' }, { receiver: 'q', message: '2' }]);
    await record('', [{ message: 'installation' }]);
    expect(await deliveries.list('demo')).toEqual([
      delivery({ receiver: 'q', message: '2' }),
      delivery({ message: '1' }),
    ]);
    expect(await messages('')).toEqual(['installation']);
    expect(await messages('other')).toEqual([]);
  });

  it('are the last few of each receiver', async () => {
    const many = Array.from({ length: 25 }, (_, index) => ({
      message: `${index}`,
    }));
    await record('demo', [{ receiver: 'q', message: 'other' }, ...many]);
    expect(await messages('demo')).toEqual([
      ...many
        .slice(5)
        .map(({ message }) => message)
        .reverse(),
      'other',
    ]);
  });

  it('are not driven out by those that were refused', async () => {
    await record('demo', [{ message: 'good' }]);
    await record(
      'demo',
      Array.from({ length: 30 }, () => ({
        outcome: 'Refused' as const,
        status: 401,
        message: 'unauthorized',
      })),
    );
    const kept = await messages('demo');
    expect(kept).toHaveLength(21);
    expect(kept).toContain('good');
  });

  it('are forgotten with their receiver', async () => {
    await record('demo', [{ receiver: 'a' }, { receiver: 'b' }]);
    await record('other', [{ receiver: 'a' }]);
    await deliveries.keepOnly('demo', ['b']);
    expect((await deliveries.list('demo')).map(d => d.receiver)).toEqual(['b']);
    await deliveries.keepOnly('demo', []);
    expect(await deliveries.list('demo')).toEqual([]);
    expect(await deliveries.list('other')).toHaveLength(1);
  });
});
