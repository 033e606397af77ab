import { randomUUID } from 'node:crypto';
import knexFactory, { Knex } from 'knex';
import { isPostgres } from '../adapters/store/dialect';
import { migrateDatabase } from '../adapters/store/migrate';
import { nameStatements } from '../adapters/store/nameStatements';
import { prepareOnce } from '../adapters/store/prepareOnce';
import { createMemoryDatabase } from './memoryDatabase';

/** A database that scenarios use one after the other, each from empty tables. */
export class ScenarioDatabase {
  /** An embedded database in memory. */
  static async openSqlite(): Promise<ScenarioDatabase> {
    const knex = createMemoryDatabase();
    await migrateDatabase(knex);
    await prepareOnce(knex);
    return new ScenarioDatabase('SQLite', knex);
  }

  /** A schema of its own in a database of a PostgreSQL server, which `close` drops. */
  static async openPostgres(url: string): Promise<ScenarioDatabase> {
    const schema = `scenario_${randomUUID().replaceAll('-', '')}`;
    const knex = knexFactory({
      client: 'pg',
      connection: url,
      searchPath: [schema],
    });
    await knex.raw('create schema ??', [schema]);
    await migrateDatabase(knex);
    nameStatements(knex);
    return new ScenarioDatabase('PostgreSQL', knex, schema);
  }

  private constructor(
    readonly product: 'SQLite' | 'PostgreSQL',
    readonly knex: Knex,
    private readonly schema?: string,
  ) {}

  /** Empties every table; nobody may be using them. */
  async clear(): Promise<void> {
    for (const table of await this.tables()) {
      if (table === 'store_revision') {
        await this.knex(table).update({ value: 1, compacted: 1 });
      } else {
        await this.knex(table).delete();
      }
    }
  }

  async close(): Promise<void> {
    if (this.schema) {
      await this.knex.raw('drop schema ?? cascade', [this.schema]);
    }
    await this.knex.destroy();
  }

  private async tables(): Promise<string[]> {
    const rows: Array<{ name: string }> = isPostgres(this.knex)
      ? await this.knex('pg_tables')
          .where({ schemaname: this.schema })
          .select({ name: 'tablename' })
      : await this.knex('sqlite_master')
          .where({ type: 'table' })
          .whereNot('name', 'like', 'sqlite_%')
          .select('name');
    return rows
      .map(({ name }) => name)
      .filter(name => !name.startsWith('knex_'));
  }
}
