import { Knex } from 'knex';
import { formatKey } from 'backstage-plugin-kargo-common';
import { keyOfRow, toNumber } from '../conversion';
import { LITERALLY } from '../dialect';
import { StoreContext } from '../StoreContext';
import { ChangeRow, DatabaseInteger, ResourceRow } from '../tables';

/** What a rotation did. */
export interface RotationReport {
  /** How many rows are now under the current key. */
  rotated: number;
  /** Resources that no configured key opens, and why, for the log. */
  unreadable: string[];
}

const ROWS_PER_BATCH = 100;

/**
 * Encrypts everything that is under an earlier key with the current one, the kept
 * history included. Resources keep their revision, as nothing that a reader sees changes.
 */
export async function rotateSecrets(
  ctx: StoreContext,
): Promise<RotationReport> {
  const report: RotationReport = { rotated: 0, unreadable: [] };
  const { currentKeyId } = ctx.secrets;
  if (currentKeyId === undefined) {
    return report;
  }
  await rotateTable(ctx, { table: 'resources', id: 'id' }, report);
  await rotateTable(ctx, { table: 'resource_changes', id: 'revision' }, report);
  report.unreadable = [...new Set(report.unreadable)];
  return report;
}

type SealedRow = (ResourceRow | ChangeRow) & { id: DatabaseInteger };

/** Walks by the table's id, so that rows which cannot be read are met once only. */
async function rotateTable(
  ctx: StoreContext,
  source: { table: string; id: string },
  report: RotationReport,
): Promise<void> {
  const { table, id } = source;
  for (let last = 0; ; ) {
    const rows: SealedRow[] = await ctx
      .knex(table)
      .select('*', { id })
      .whereNotNull('key_id')
      .whereNot('key_id', ctx.secrets.currentKeyId)
      .where(id, '>', last)
      .orderBy(id)
      .limit(ROWS_PER_BATCH, LITERALLY);
    for (const row of rows) {
      await rotateRow(ctx, ctx.knex(table).where(id, row.id), row, report);
    }
    if (rows.length < ROWS_PER_BATCH) {
      return;
    }
    last = toNumber(rows[rows.length - 1].id);
  }
}

async function rotateRow(
  ctx: StoreContext,
  target: Knex.QueryBuilder,
  row: SealedRow,
  report: RotationReport,
): Promise<void> {
  const identity = { ...keyOfRow(row), uid: row.uid };
  let plaintext: string;
  try {
    plaintext = ctx.secrets.unseal(
      { text: row.sealed ?? '', keyId: row.key_id ?? '' },
      identity,
    );
  } catch (error) {
    // One lost key must not keep the other secrets under theirs.
    const reason = error instanceof Error ? error.message : 'unknown reason';
    report.unreadable.push(`${formatKey(identity)}: ${reason}`);
    return;
  }
  const sealed = ctx.secrets.seal(plaintext, identity);
  // Only what was read: a write in between has sealed newer data with the current key.
  report.rotated += await target
    .where({ sealed: row.sealed })
    .update({ sealed: sealed.text, key_id: sealed.keyId });
}
