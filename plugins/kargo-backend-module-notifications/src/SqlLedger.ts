import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { Ledger, LedgerEntry, LostLedgerError, Soak } from './Ledger';

/** A replica that ended without a word is taken to be gone after that. */
const LEASE_MS = 30_000;
/** What nobody took up for so long nobody is reminded of. */
const FORGET_AFTER_MS = 365 * 24 * 60 * 60 * 1000;

const PROGRESS = 'notifications_progress';
const WAITING = 'notifications_waiting';
const SOAKS = 'notifications_soaks';

/** What a {@link SqlLedger} is made of. */
export interface SqlLedgerOptions {
  knex: Knex;
  /** Unique to the replica. */
  replica: string;
}

/** Brings the tables of the module, which are its own, up to date in the plugin's database. */
export async function openLedgerDatabase(
  database: DatabaseService,
): Promise<Knex> {
  const knex = await database.getClient();
  if (!database.migrations?.skip) {
    await knex.migrate.latest({
      directory: resolvePackagePath(
        'backstage-plugin-kargo-backend-module-notifications',
        'migrations',
      ),
      tableName: 'notifications_migrations',
    });
  }
  return knex;
}

/** {@link Ledger} in the plugin's database. What time it is, the database says. */
export class SqlLedger implements Ledger {
  static create(options: SqlLedgerOptions): SqlLedger {
    return new SqlLedger(options);
  }

  private constructor(private readonly options: SqlLedgerOptions) {}

  async claim(): Promise<boolean> {
    const { knex, replica } = this.options;
    const now = nowIn(knex);
    const claimed = await knex(PROGRESS)
      .where({ id: 1 })
      .andWhere(claimable =>
        claimable
          .whereNull('holder')
          .orWhere({ holder: replica })
          .orWhere('held_until', '<', knex.raw(now)),
      )
      .update({
        holder: replica,
        held_until: knex.raw(`${now} + ?`, [LEASE_MS]),
      });
    return claimed === 1;
  }

  async release(): Promise<void> {
    const { knex, replica } = this.options;
    await knex(PROGRESS)
      .where({ id: 1, holder: replica })
      .update({ holder: null, held_until: null });
  }

  async findRevision(): Promise<string | undefined> {
    const row = await this.options
      .knex<{ id: number; revision: string | null }>(PROGRESS)
      .where({ id: 1 })
      .first();
    return row?.revision ?? undefined;
  }

  async findWaiting(scopes: readonly string[]): Promise<ReadonlySet<string>> {
    const { knex } = this.options;
    return new Set<string>(
      scopes.length === 0
        ? []
        : await knex(WAITING)
            .where(isOneOf(knex, 'scope', scopes))
            .pluck('scope'),
    );
  }

  async listDueSoaks(nowMs: number, limit: number): Promise<Soak[]> {
    const rows = await this.options
      .knex(SOAKS)
      .where('due_at', '<=', nowMs)
      .orderBy(['due_at', 'id'])
      .limit(limit);
    return rows.map(row => ({
      id: row.id,
      dueAtMs: Number(row.due_at),
      event: JSON.parse(row.event),
      stages: JSON.parse(row.stages),
    }));
  }

  async findNextDue(): Promise<number | undefined> {
    const row = await this.options.knex(SOAKS).min({ dueAt: 'due_at' }).first();
    return row?.dueAt === undefined || row.dueAt === null
      ? undefined
      : Number(row.dueAt);
  }

  async write(entry: LedgerEntry): Promise<void> {
    const { knex, replica } = this.options;
    const now = nowIn(knex);
    await knex.transaction(async tx => {
      const held = await tx(PROGRESS)
        .where({ id: 1, holder: replica })
        .update({
          holder: replica,
          ...(entry.revision !== undefined && { revision: entry.revision }),
        });
      if (held !== 1) {
        throw new LostLedgerError();
      }
      if (entry.ended.length > 0) {
        await tx(WAITING).where(isOneOf(knex, 'scope', entry.ended)).delete();
      }
      for (const scope of entry.begun) {
        await tx(WAITING)
          .insert({ scope, told_at: knex.raw(now) })
          .onConflict('scope')
          .merge();
      }
      if (entry.soaked.length > 0) {
        await tx(SOAKS).where(isOneOf(knex, 'id', entry.soaked)).delete();
      }
      for (const { id, dueAtMs, event, stages } of entry.soaks) {
        await tx(SOAKS)
          .insert({
            id,
            due_at: dueAtMs,
            event: JSON.stringify(event),
            stages: JSON.stringify(stages),
          })
          .onConflict('id')
          .merge();
      }
      if (entry.begun.length > 0) {
        await tx(WAITING)
          .where('told_at', '<', knex.raw(`${now} - ?`, [FORGET_AFTER_MS]))
          .delete();
      }
    });
  }
}

/** Of the same text however many values there are: databases plan it once. */
function isOneOf(
  knex: Knex,
  column: string,
  values: readonly string[],
): Knex.Raw {
  return isPostgres(knex)
    ? knex.raw('?? = any(?::text[])', [column, [...values]])
    : knex.raw('?? in (select value from json_each(cast(? as text)))', [
        column,
        JSON.stringify(values),
      ]);
}

function isPostgres(knex: Knex): boolean {
  return knex.client.dialect === 'postgresql';
}

/** Epoch milliseconds of the database. */
function nowIn(knex: Knex): string {
  return isPostgres(knex)
    ? '(extract(epoch from clock_timestamp()) * 1000)::bigint'
    : `cast((julianday('now') - 2440587.5) * 86400000 as integer)`;
}
