import { Knex } from 'knex';
import { formatKey, PromotionStatus } from 'backstage-plugin-kargo-common';
import { SealedText, SecretIdentity } from '../../../ports/SecretSealer';
import { keyOfRow, toNumber } from '../conversion';
import { LITERALLY } from '../dialect';
import { SecretCipher } from '../SecretCipher';
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
  await rotateOutputs(ctx, report);
  report.unreadable = [...new Set(report.unreadable)];
  return report;
}

type SealedRow = (ResourceRow | ChangeRow) & { id: DatabaseInteger };

/** The outputs that Promotions under way keep encrypted in their status. */
async function rotateOutputs(
  { knex, secrets }: StoreContext,
  report: RotationReport,
): Promise<void> {
  for (let last = 0; ; ) {
    const rows: ResourceRow[] = await knex('resources')
      .where({ kind: 'Promotion' })
      .where('status', 'like', '%"sealedOutputs":{%')
      .where('id', '>', last)
      .orderBy('id')
      .limit(ROWS_PER_BATCH, LITERALLY);
    for (const row of rows) {
      const identity = { ...keyOfRow(row), uid: row.uid };
      const { sealedOutputs, ...status }: PromotionStatus = JSON.parse(
        row.status ?? '{}',
      );
      if (sealedOutputs && sealedOutputs.keyId !== secrets.currentKeyId) {
        const plaintext = tryUnseal(secrets, sealedOutputs, identity, report);
        report.rotated +=
          plaintext === undefined
            ? 0
            : await knex('resources')
                // Only what was read, as of the rows above.
                .where({ id: row.id, status: row.status })
                .update({
                  status: JSON.stringify({
                    ...status,
                    sealedOutputs: secrets.seal(plaintext, identity),
                  }),
                });
      }
    }
    if (rows.length < ROWS_PER_BATCH) {
      return;
    }
    last = toNumber(rows[rows.length - 1].id);
  }
}

/** One lost key must not keep the other secrets under theirs. */
function tryUnseal(
  secrets: SecretCipher,
  sealed: SealedText,
  identity: SecretIdentity,
  report: RotationReport,
): string | undefined {
  try {
    return secrets.unseal(sealed, identity);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    report.unreadable.push(`${formatKey(identity)}: ${reason}`);
    return undefined;
  }
}

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
  const { sealed: text, key_id: keyId } = row;
  const old = { text: text ?? '', keyId: keyId ?? '' };
  const plaintext = tryUnseal(ctx.secrets, old, identity, report);
  if (plaintext === undefined) {
    return;
  }
  const sealed = ctx.secrets.seal(plaintext, identity);
  // Only what was read: a write in between has sealed newer data with the current key.
  report.rotated += await target
    .where({ sealed: row.sealed })
    .update({ sealed: sealed.text, key_id: sealed.keyId });
}
