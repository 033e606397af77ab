import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { formatKey } from 'backstage-plugin-kargo-common';
import { ReplicaSignals } from '../../store/ReplicaSignals';
import { Mark } from '../../../ports/WorkQueue';
import { later } from '../claimRow';

const ROWS_PER_STATEMENT = 200;

/**
 * Inserts rows, or renews `wanted` and takes the earlier of the two due times.
 *
 * @remarks Runs in the transaction it is given, so that a write and its wake-ups are
 * stored together or not at all.
 */
export async function markDue(
  tx: Knex,
  marks: readonly Mark[],
  { now, signals }: { now: Knex.Raw; signals?: ReplicaSignals },
): Promise<void> {
  const earliest = earliestPerKey(marks);
  for (let start = 0; start < earliest.length; start += ROWS_PER_STATEMENT) {
    const some = earliest.slice(start, start + ROWS_PER_STATEMENT);
    const marking = tx('work_queue')
      .insert(
        some.map(({ key, afterMs = 0 }) => ({
          kind: key.kind,
          namespace: key.namespace,
          name: key.name,
          wanted: randomUUID(),
          due_at: later(tx, now, afterMs),
          attempts: 0,
        })),
      )
      .onConflict(['kind', 'namespace', 'name'])
      .merge({
        wanted: tx.raw('excluded.wanted'),
        due_at: tx.raw(
          'case when excluded.due_at < work_queue.due_at then excluded.due_at else work_queue.due_at end',
        ),
      });
    await (signals
      ? signals.telling(tx, marking, { kind: 'marked', marks: some })
      : marking);
  }
}

/**
 * One mark per key, because a statement may not meet a row twice, in the order of the
 * keys, because two statements that lock rows in different orders block each other.
 */
function earliestPerKey(marks: readonly Mark[]): Mark[] {
  const byKey = new Map<string, Mark>();
  for (const mark of marks) {
    const id = formatKey(mark.key);
    const known = byKey.get(id);
    if (!known || (mark.afterMs ?? 0) < (known.afterMs ?? 0)) {
      byKey.set(id, mark);
    }
  }
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, mark]) => mark);
}
