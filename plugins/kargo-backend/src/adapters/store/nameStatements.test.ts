import { EventEmitter } from 'node:events';
import { TestDatabases } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { nameStatements } from './nameStatements';
import { together } from './pipeline';
import { inTransaction } from './transaction';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

describeOnPostgres('statements of PostgreSQL', () => {
  let knex: Knex;

  beforeEach(async () => {
    const { client } = await databases.init('POSTGRES_18');
    // A single session, so that names meet it again.
    knex = knexFactory({ ...client.config, pool: { min: 1, max: 1 } });
    await knex.schema.dropTableIfExists('numbers');
    await knex.schema.createTable('numbers', table => table.integer('n'));
    await knex('numbers').insert([{ n: 1 }, { n: 2 }]);
    nameStatements(knex);
  });

  afterEach(() => knex.destroy());

  const find = (on: Knex, n: number) => on('numbers').where({ n });

  async function runOften() {
    for (const n of [1, 2, 1]) {
      expect(await find(knex, n)).toEqual([{ n }]);
    }
  }

  /** Texts that the session has planned. */
  async function planned(): Promise<string[]> {
    const { rows } = await knex.raw(
      "select statement from pg_prepared_statements where name like 'kargo%'",
    );
    return rows.map(({ statement }: { statement: string }) => statement);
  }

  it('are planned once when they come again', async () => {
    await runOften();
    expect(await planned()).toEqual(['select * from "numbers" where "n" = $1']);
  });

  it('have no name when they come once or have no values', async () => {
    await find(knex, 1);
    await knex('numbers');
    await knex('numbers');
    expect(await planned()).toEqual([]);
  });

  it('are not kept without end', async () => {
    for (let n = 0; n < 260; n++) {
      await knex.raw(`select ${n} + ?::int`, [n]);
      await knex.raw(`select ${n} + ?::int`, [n]);
    }
    expect(await planned()).toHaveLength(250);
  });

  it('may be sent twice before the first is answered', async () => {
    await runOften();
    await knex.raw('deallocate all');
    const read = () =>
      inTransaction(knex, tx =>
        together(tx, [() => find(tx, 1), () => find(tx, 2)]),
      );
    await expect(read()).resolves.toEqual([[{ n: 1 }], [{ n: 2 }]]);
    await expect(read()).resolves.toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  describe.each<[string, () => Promise<unknown>, object]>([
    [
      'does not know their names any more',
      () => knex.raw('deallocate all'),
      { n: 2 },
    ],
    [
      'would answer with a new column',
      () => knex.schema.alterTable('numbers', table => table.integer('more')),
      { n: 2, more: null },
    ],
  ])('when the session %s', (_, change, row) => {
    it('run without a name', async () => {
      await runOften();
      await change();
      expect(await find(knex, 2)).toEqual([row]);
      expect(await find(knex, 2)).toEqual([row]);
    });

    it('run in a transaction that is begun again', async () => {
      await runOften();
      await change();
      let attempts = 0;
      const read = await inTransaction(knex, async tx => {
        attempts += 1;
        await tx('numbers').insert({ n: 3 });
        return find(tx, 2);
      });
      expect(read).toEqual([row]);
      expect(attempts).toBe(2);
      expect(await find(knex, 3)).toHaveLength(1);
    });
  });

  it('run without a name when the session was given it by somebody else', async () => {
    await runOften();
    const { rows } = await knex.raw(
      "select name, statement from pg_prepared_statements where name like 'kargo%'",
    );
    const [{ name, statement }] = rows;
    await knex.raw('deallocate all');
    await knex.destroy();
    knex = knexFactory(knex.client.config);
    nameStatements(knex);
    await knex.raw(`prepare ${name} (integer) as ${statement}`);
    await runOften();
    await runOften();
    // That of somebody else.
    expect(await planned()).toHaveLength(1);
  });

  it.each<[string, (tx: Knex.Transaction) => Array<() => Promise<unknown>>]>([
    [
      'first',
      tx => [
        () => tx.raw('select 1 / 0'),
        () => find(tx, 1),
        () => find(tx, 2),
      ],
    ],
    [
      'last of all',
      tx => [
        () => tx.raw('select 1').then(() => find(tx, 1)),
        () => tx.raw('select 1').then(() => find(tx, 2)),
        () => tx.raw('select 1 / 0'),
      ],
    ],
  ])(
    'keep their names when what fails before them is asked %s',
    async (_, parts) => {
      await runOften();
      // Another session, which is to learn the name.
      const session = await knex.client.acquireConnection();
      await session.end();
      await knex.client.releaseConnection(session);
      await expect(
        inTransaction(knex, tx => together(tx, parts(tx))),
      ).rejects.toMatchObject({ code: '22012' });
      await runOften();
      expect(await planned()).toHaveLength(1);
    },
  );

  it('fail as they do when the fault is their own', async () => {
    await runOften();
    const fail = () =>
      knex.raw('select 1 / (n - ?::int) from numbers', [1]).then(
        () => undefined,
        ({ code }: { code: string }) => code,
      );
    for (let n = 0; n < 3; n++) {
      expect(await fail()).toBe('22012');
    }
    expect(await planned()).toHaveLength(2);
  });
});

it('statements have no names where the driver does not tell of transactions', () => {
  const pool = new EventEmitter();
  nameStatements({ client: { pool } } as never);
  const query = jest.fn();
  const connection = { query };
  pool.emit('acquireSuccess', 1, connection);
  const statement = { text: 'select ?', values: [1] };
  for (let n = 0; n < 3; n++) {
    connection.query(statement, () => undefined);
  }
  expect(query.mock.calls.map(([asked]) => asked)).toEqual([
    statement,
    statement,
    statement,
  ]);
});
