import { Knex } from 'knex';
import { columnBytes } from './conversion';
import { PreparedChange } from './PlannedChange';
import { ReplicaSignals } from './ReplicaSignals';
import { ChangeRow } from './tables';
import { Terms } from './terms';

/** Each may hold 1.5 MiB and more. */
const ROWS_PER_STATEMENT = 50;

/** A row of the history, and how many bytes it takes. */
export interface WrittenChangeRow extends ChangeRow {
  readonly bytes: number;
}

/** Writes changes to the history, from which watches of all replicas are served. */
export async function writeHistory(
  tx: Knex.Transaction,
  rows: readonly WrittenChangeRow[],
  signals: ReplicaSignals | undefined,
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const some = rows.slice(start, start + ROWS_PER_STATEMENT);
    const insert = tx('resource_changes').insert(some);
    await (signals ? signals.telling(tx, insert, { kind: 'changed' }) : insert);
  }
}

/** The row of the history that tells of a change. */
export function toHistoryRow(prepared: PreparedChange): WrittenChangeRow {
  const { change, columns, revision, uid } = prepared;
  const before = toText(prepared.termsBefore);
  const after = toText(prepared.termsAfter);
  return {
    ...change.key,
    ...columns,
    ...{ revision, uid },
    bytes: columnBytes({ ...columns, before, after }),
    type: change.type,
    terms_before: before,
    terms_after: after,
  };
}

function toText(terms: Terms | undefined): string | null {
  return terms ? JSON.stringify(terms) : null;
}
