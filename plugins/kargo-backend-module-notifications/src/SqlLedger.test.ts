import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { Completion, Intake, Soak, Task } from './Ledger';
import { openLedgerDatabase, SqlLedger } from './SqlLedger';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const NOTHING: Intake = { tasks: [], soaked: [] };

function task(message: string, project = 'shop'): Task {
  return { event: { type: 'PromotionFailed', project, message } };
}

function completed(completion: Partial<Completion>): Completion {
  return { project: 'shop', done: [], ended: [], soaks: [], ...completion };
}

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
    await expect(one.takeIn({ ...NOTHING, revision: '7' })).rejects.toThrow(
      'Another replica of the portal tells people of events now',
    );
    expect(await other.findRevision()).toBeUndefined();
  });

  const note = (scope: string, begins = true, project = 'shop') =>
    one.noteSent({ project, scope, digest: `digest of ${scope}`, begins });

  it('keeps how far it has come, and what is to be told, by project', async () => {
    await one.claim();
    const many = Array.from({ length: 250 }, (_, at) => task(`shop ${at}`));
    await one.takeIn({
      ...NOTHING,
      revision: '7',
      tasks: [...many, task('store', 'store')],
    });
    await one.takeIn({
      ...NOTHING,
      tasks: [{ ...task('last'), only: ['qa'] }],
    });
    expect(await other.findRevision()).toBe('7');
    expect((await other.listProjects()).sort()).toEqual(['shop', 'store']);
    const kept = await other.listTasks('shop', 999);
    const tasks = kept.map(({ id: _, ...rest }) => rest);
    expect(tasks).toEqual([...many, { ...task('last'), only: ['qa'] }]);
    expect(await other.listTasks('shop', 2)).toEqual(kept.slice(0, 2));
    await one.complete(completed({ done: kept.map(each => each.id) }));
    expect(await other.listProjects()).toEqual(['store']);
  });

  it('keeps what was sent until its tasks are completed, and what waits', async () => {
    await one.claim();
    await note('a');
    await note('b', false);
    await note('b', false);
    await note('elsewhere', true, 'store');
    expect(await other.findSent('shop')).toEqual(
      new Map([
        ['a', 'digest of a'],
        ['b', 'digest of b'],
      ]),
    );
    await one.complete(completed({ ended: ['elsewhere'] }));
    expect(await other.findSent('shop')).toEqual(new Map());
    expect((await other.findSent('store')).size).toBe(1);
    expect(await other.findWaiting(['a', 'b', 'elsewhere'])).toEqual(
      new Set(['a']),
    );
    expect(await other.findWaiting([])).toEqual(new Set());
  });

  it('keeps soak times until they have become tasks', async () => {
    await one.claim();
    await one.complete(
      completed({
        soaks: [soak('late', 300), soak('soon', 100), soak('next', 200)],
      }),
    );
    await one.complete(completed({ soaks: [soak('soon', 100, ['qa'])] }));
    expect(await other.findNextDue()).toBe(100);
    expect(await other.listDueSoaks(200, 9)).toEqual([
      soak('soon', 100, ['qa']),
      soak('next', 200),
    ]);
    expect(await other.listDueSoaks(300, 1)).toHaveLength(1);
    await one.takeIn({ ...NOTHING, soaked: ['soon', 'next', 'late'] });
    expect(await other.findNextDue()).toBeUndefined();
  });

  it('forgets what nobody took up for a year', async () => {
    await one.claim();
    await note('old');
    await knex('notifications_waiting').update({ told_at: 1 });
    await note('new');
    await one.complete(completed({}));
    expect(await knex('notifications_waiting').pluck('scope')).toEqual(['new']);
  });

  it.each<[string, () => Promise<void>]>([
    ['takes nothing in', () => other.takeIn({ ...NOTHING, revision: '8' })],
    ['completes nothing', () => other.complete(completed({}))],
    [
      'notes nothing',
      () =>
        other.noteSent({
          ...{ project: 'shop', scope: 'a', digest: 'a', begins: true },
        }),
    ],
  ])('%s for who is not its holder', async (_, write) => {
    await one.claim();
    await expect(write()).rejects.toThrow('Another replica of the portal');
  });
});
