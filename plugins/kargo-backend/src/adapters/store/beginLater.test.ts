import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { inTransaction } from './transaction';

jest.setTimeout(120_000);

interface Connection {
  query(statement: { text: string }, ...others: unknown[]): unknown;
}

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

describeOnPostgres('the beginning', () => {
  let knex: Knex;
  /** What was sent to the server. */
  let sent: string[];

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.schema.createTable('things', table => {
      table.text('name').primary();
    });
    // The session has its limits from then on.
    await inTransaction(knex, async () => undefined);
    sent = [];
    const note = (_: number, connection: Connection) => {
      if (!Object.hasOwn(connection, 'query')) {
        const query = connection.query.bind(connection);
        connection.query = (statement, ...others) => {
          sent.push(statement.text);
          return query(statement, ...others);
        };
      }
    };
    knex.client.pool.on('acquireSuccess', note);
  });
  afterEach(() => knex.destroy());

  const write = <T>(work: (tx: Knex.Transaction) => Promise<T>) =>
    inTransaction(knex, work, { beginsWithWrite: true });
  const names = () => knex('things').orderBy('name').pluck('name');

  it('of a transaction leaves with its first statement, which is answered', async () => {
    const added = await write(async tx => {
      const { rows } = await tx.raw(
        `insert into things values ('a') returning name`,
      );
      await tx('things').insert({ name: 'b' });
      return rows;
    });
    expect(added).toEqual([{ name: 'a' }]);
    expect(sent).toEqual([
      `BEGIN; insert into things values ('a') returning name`,
      'insert into "things" ("name") values ($1)',
      'COMMIT;',
    ]);
    await expect(names()).resolves.toEqual(['a', 'b']);
  });

  it('of a transaction is before all that is asked at once', async () => {
    const add = (tx: Knex.Transaction, name: string) =>
      tx('things').insert({ name });
    await write(tx => Promise.all([add(tx, 'a'), add(tx, 'b')]));
    expect(sent).toEqual([
      'BEGIN;',
      'insert into "things" ("name") values ($1)',
      'insert into "things" ("name") values ($1)',
      'COMMIT;',
    ]);
    await expect(
      write(tx => Promise.all([add(tx, 'a'), add(tx, 'c')])),
    ).rejects.toThrow('unique');
    await expect(names()).resolves.toEqual(['a', 'b']);
  });

  it('of a transaction that asks for nothing is not sent', async () => {
    await expect(write(async () => 'done')).resolves.toBe('done');
    await expect(
      write(async () => {
        throw new Error('boom');
      }),
    ).rejects.toThrow('boom');
    expect(sent).toEqual([]);
  });

  it.each([
    [
      'what comes later fails',
      async (tx: Knex.Transaction) => {
        await tx.raw(`insert into things values ('a')`);
        throw new Error('boom');
      },
    ],
    [
      'the first statement fails',
      async (tx: Knex.Transaction) => {
        await tx.raw(`insert into things values ('a'), ('a')`);
      },
    ],
    [
      'the first statement has parameters',
      async (tx: Knex.Transaction) => {
        await tx('things').insert({ name: 'a' });
        throw new Error('boom');
      },
    ],
  ])('is undone when %s', async (_, work) => {
    await expect(write(work)).rejects.toThrow(/boom|unique/);
    await expect(names()).resolves.toEqual([]);
    await write(tx => tx('things').insert({ name: 'b' }));
    await expect(names()).resolves.toEqual(['b']);
  });
});
