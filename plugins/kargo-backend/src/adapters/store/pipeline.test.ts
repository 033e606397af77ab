import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { migrateDatabase } from './migrate';
import { together } from './pipeline';
import { inTransaction } from './transaction';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())(
  'statements of a transaction made together on %s',
  id => {
    const isPostgres = id.startsWith('POSTGRES');
    let knex: Knex;

    beforeAll(async () => {
      knex = await databases.init(id);
      await migrateDatabase(knex);
      await knex.schema.createTable('things', table => {
        table.text('name').primary();
      });
    });
    beforeEach(() => knex('things').delete());

    const insert = (tx: Knex, name: string) => async () => {
      await tx('things').insert({ name });
    };
    const names = () => knex('things').orderBy('name').pluck('name');

    it('wait for the database once, where it takes them so', async () => {
      const events: string[] = [];
      const note = (event: string, sql: string) => {
        if (sql.startsWith('insert')) {
          events.push(event);
        }
      };
      await inTransaction(knex, async tx => {
        tx.on('query', ({ sql }) => note('asked', sql));
        tx.on('query-response', (_, { sql }) => note('answered', sql));
        await together(tx, [insert(tx, 'a'), insert(tx, 'b')]);
      });
      expect(events).toEqual(
        isPostgres
          ? ['asked', 'asked', 'answered', 'answered']
          : ['asked', 'answered', 'asked', 'answered'],
      );
      await expect(names()).resolves.toEqual(['a', 'b']);
    });

    it('leave in one write to the socket, where there is one', async () => {
      const writes = await inTransaction(knex, async tx => {
        const { connection } = await tx.client.acquireConnection();
        if (!connection) {
          return undefined;
        }
        const spies = [
          jest.spyOn(connection.stream, '_write'),
          jest.spyOn(connection.stream, '_writev'),
        ];
        await together(
          tx,
          ['a', 'b', 'c'].map(name => insert(tx, name)),
        );
        const count = spies.reduce(
          (sum, { mock }) => sum + mock.calls.length,
          0,
        );
        spies.forEach(spy => spy.mockRestore());
        return count;
      });
      expect(writes).toBe(isPostgres ? 1 : undefined);
    });

    it('answer in the order of the parts', async () => {
      const sums = await inTransaction(knex, tx =>
        together(
          tx,
          [1, 2, 3].map(n => async () => {
            const [row] = await tx.select(tx.raw('? + 0 as n', [n]));
            return Number(row.n);
          }),
        ),
      );
      expect(sums).toEqual([1, 2, 3]);
    });

    it.each([
      ['the first', 0],
      ['one in between', 1],
      ['the last', 2],
    ])('are undone, and say why, when %s fails', async (_, bad) => {
      const failing = inTransaction(knex, async tx => {
        await insert(tx, 'known')();
        const parts = ['a', 'b', 'c'].map((name, index) => {
          const first = insert(tx, index === bad ? 'known' : name);
          return async () => {
            await first();
            await insert(tx, `${name} again`)();
          };
        });
        await together(tx, parts);
      });
      await expect(failing).rejects.toThrow(/unique/i);
      await expect(names()).resolves.toEqual([]);
    });
  },
);
