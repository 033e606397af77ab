import knexFactory, { Knex } from 'knex';
import { prepareOnce } from './prepareOnce';

describe('statements of SQLite', () => {
  let knex: Knex;
  let prepared: string[];

  beforeEach(async () => {
    knex = knexFactory({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    const connection = await knex.client.acquireConnection();
    const prepare = connection.prepare.bind(connection);
    prepared = [];
    connection.prepare = (sql: string) => {
      prepared.push(sql);
      return prepare(sql);
    };
    await knex.client.releaseConnection(connection);
    await knex.schema.createTable('t', table => table.integer('n'));
    await prepareOnce(knex);
    await prepareOnce(knex);
    prepared = [];
  });

  afterEach(() => knex.destroy());

  it('are prepared once and answer what is there each time', async () => {
    for (let n = 1; n <= 3; n++) {
      await knex('t').insert({ n });
      expect(await knex('t').sum({ sum: 'n' })).toEqual([
        { sum: (n * (n + 1)) / 2 },
      ]);
    }
    expect(prepared).toHaveLength(2);
  });

  it('go on within and after a transaction that failed', async () => {
    for (const n of [1, 2]) {
      await expect(
        knex.transaction(async tx => {
          await tx('t').insert({ n });
          throw new Error('boom');
        }),
      ).rejects.toThrow('boom');
      expect(await knex('t').select('n')).toEqual([]);
    }
  });

  it('are not kept without end', async () => {
    for (let n = 0; n < 400; n++) {
      await knex.raw(`select ${n}`);
    }
    prepared = [];
    await knex.raw('select 399');
    expect(prepared).toEqual([]);
    await knex.raw('select 0');
    expect(prepared).toEqual(['select 0']);
  });
});
