import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { LedgerEntry, Soak } from './Ledger';
import { openLedgerDatabase, SqlLedger } from './SqlLedger';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const NOTHING: LedgerEntry = { begun: [], ended: [], soaks: [], soaked: [] };

function soak(id: string, dueAtMs: number, stages = ['prod']): Soak {
  const event = {
    ...{ type: 'FreightVerificationSucceeded', project: 'shop' },
    ...{ at: '2026-03-10T12:00:00Z', message: '' },
  };
  return { id, dueAtMs, event, stages };
}

describe.each(databases.eachSupportedId())('SqlLedger on %s', id => {
  let knex: Knex;
  let one: SqlLedger;
  let other: SqlLedger;

  beforeEach(async () => {
    knex = await databases.init(id);
    await openLedgerDatabase({ getClient: async () => knex });
    one = SqlLedger.create({ knex, replica: 'one' });
    other = SqlLedger.create({ knex, replica: 'other' });
  });

  it('has one holder at a time, who may go on being it', async () => {
    expect(await Promise.all([one.claim(), other.claim()])).toEqual([
      true,
      false,
    ]);
    expect(await one.claim()).toBe(true);
    await other.release();
    expect(await other.claim()).toBe(false);
    await one.release();
    expect(await other.claim()).toBe(true);
  });

  it('goes to another replica when its holder does not claim it again', async () => {
    await one.claim();
    await knex('notifications_progress').update({ held_until: Date.now() });
    while (!(await other.claim())) {
      // A millisecond has to pass on the clock of the database.
    }
    await expect(one.write({ ...NOTHING, revision: '7' })).rejects.toThrow(
      'Another replica of the portal tells people of events now',
    );
    expect(await other.findRevision()).toBeUndefined();
  });

  it('keeps how far it has come, and what waits', async () => {
    await one.claim();
    await one.write({ ...NOTHING, revision: '7', begun: ['a', 'b', 'b'] });
    await one.write({ ...NOTHING, begun: ['c'], ended: ['a'] });
    expect(await other.findRevision()).toBe('7');
    expect(await other.findWaiting(['a', 'b', 'c', 'd'])).toEqual(
      new Set(['b', 'c']),
    );
    expect(await other.findWaiting([])).toEqual(new Set());
  });

  it('keeps soak times until they were told of', async () => {
    await one.claim();
    await one.write({
      ...NOTHING,
      soaks: [soak('late', 300), soak('soon', 100), soak('next', 200)],
    });
    await one.write({ ...NOTHING, soaks: [soak('soon', 100, ['qa'])] });
    expect(await other.findNextDue()).toBe(100);
    expect(await other.listDueSoaks(200, 9)).toEqual([
      soak('soon', 100, ['qa']),
      soak('next', 200),
    ]);
    expect(await other.listDueSoaks(300, 1)).toHaveLength(1);
    await one.write({ ...NOTHING, soaked: ['soon', 'next', 'late'] });
    expect(await other.findNextDue()).toBeUndefined();
  });

  it('forgets what nobody took up for a year', async () => {
    await one.claim();
    await one.write({ ...NOTHING, begun: ['old'] });
    await knex('notifications_waiting').update({ told_at: 1 });
    await one.write({ ...NOTHING, begun: ['new'] });
    expect(await knex('notifications_waiting').pluck('scope')).toEqual(['new']);
  });
});
