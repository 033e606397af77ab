import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import {
  Completion,
  Intake,
  KeptTask,
  Ledger,
  LostLedgerError,
  SentNotice,
  Soak,
} from './Ledger';

/** A replica that ended without a word is taken to be gone after that. */
const LEASE_MS = 30_000;
/** What nobody took up for so long nobody is reminded of. */
const FORGET_AFTER_MS = 365 * 24 * 60 * 60 * 1000;

const PROGRESS = 'notifications_progress';
const WAITING = 'notifications_waiting';
const SOAKS = 'notifications_soaks';
const TASKS = 'notifications_tasks';
const SENT = 'notifications_sent';
/** Databases bound the values of a statement. */
const ROWS_AT_ONCE = 100;

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

  async takeIn({ revision, tasks, soaked }: Intake): Promise<void> {
    const { knex } = this.options;
    await this.asHolder(
      revision === undefined ? {} : { revision },
      async tx => {
        if (soaked.length > 0) {
          await tx(SOAKS).where(isOneOf(knex, 'id', soaked)).delete();
        }
        const rows = tasks.map(({ event, only }) => ({
          project: event.project,
          event: JSON.stringify(event),
          stages: only ? JSON.stringify(only) : null,
        }));
        if (rows.length > 0) {
          await tx.batchInsert(TASKS, rows, ROWS_AT_ONCE);
        }
      },
    );
  }

  async listProjects(): Promise<string[]> {
    return this.options.knex(TASKS).distinct().pluck('project');
  }

  async listTasks(project: string, limit: number): Promise<KeptTask[]> {
    const rows = await this.options
      .knex(TASKS)
      .where({ project })
      .orderBy('id')
      .limit(limit);
    return rows.map(({ id, event, stages }) => ({
      id: Number(id),
      event: JSON.parse(event),
      ...(stages && { only: JSON.parse(stages) }),
    }));
  }

  async findSent(project: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.options.knex(SENT).where({ project });
    return new Map(rows.map(({ scope, digest }) => [scope, digest]));
  }

  async noteSent({
    project,
    scope,
    digest,
    begins,
  }: SentNotice): Promise<void> {
    const now = nowIn(this.options.knex);
    await this.asHolder({}, async tx => {
      await tx(SENT)
        .insert({ scope, project, digest })
        .onConflict('scope')
        .merge();
      if (begins) {
        await tx(WAITING)
          .insert({ scope, told_at: tx.raw(now) })
          .onConflict('scope')
          .merge();
      }
    });
  }

  async complete({ project, done, ended, soaks }: Completion): Promise<void> {
    const { knex } = this.options;
    await this.asHolder({}, async tx => {
      await tx(TASKS)
        .where({ project })
        .whereIn('id', [...done])
        .delete();
      await tx(SENT).where({ project }).delete();
      // No index finds them: not for each notice.
      await tx(WAITING)
        .where('told_at', '<', tx.raw(`${nowIn(knex)} - ?`, [FORGET_AFTER_MS]))
        .delete();
      if (ended.length > 0) {
        await tx(WAITING).where(isOneOf(knex, 'scope', ended)).delete();
      }
      for (const { id, dueAtMs, event, stages } of soaks) {
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
    });
  }

  /** Writes as long as nobody else has become the holder. */
  private async asHolder(
    changes: { revision?: string },
    write: (tx: Knex.Transaction) => Promise<void>,
  ): Promise<void> {
    const { knex, replica } = this.options;
    await knex.transaction(async tx => {
      const held = await tx(PROGRESS)
        .where({ id: 1, holder: replica })
        .update({ holder: replica, ...changes });
      if (held !== 1) {
        throw new LostLedgerError();
      }
      await write(tx);
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
