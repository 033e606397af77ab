import { Knex } from 'knex';
import { QueueSelection } from '../../../ports/WorkQueue';
import { isOneOf, rowsOf } from '../../store/dialect';

/**
 * Milliseconds until a row can be claimed; `undefined` when there is none.
 *
 * @remarks A leased row counts from the end of its lease: it is due all the while, and
 * a loop that slept until "due" would not sleep at all.
 */
export async function nextDueIn(
  knex: Knex,
  options: { now: Knex.Raw; selections: readonly QueueSelection[] },
): Promise<number | undefined> {
  const times = options.selections.flatMap(selection => [
    rowsOfSelection(knex, selection).whereNull('lease').min({ due: 'due_at' }),
    rowsOfSelection(knex, selection)
      .whereNotNull('leased_until')
      .min({ due: 'leased_until' }),
  ]);
  if (times.length === 0) {
    return undefined;
  }
  const result = await knex.raw(
    `select min(due) - ? as wait from (${times
      .map(() => 'select due from ? as part')
      .join(' union all ')}) as times`,
    [options.now, ...times],
  );
  const [{ wait }] = rowsOf<{ wait: number | string | null }>(result);
  return wait === null ? undefined : Math.max(Number(wait), 0);
}

function rowsOfSelection(
  knex: Knex,
  { kinds, exceptNamespaces = [] }: QueueSelection,
): Knex.QueryBuilder {
  const rows = knex('work_queue');
  if (kinds) {
    rows.where(isOneOf(knex, 'kind', kinds));
  }
  if (exceptNamespaces.length > 0) {
    rows.whereNot(isOneOf(knex, 'namespace', exceptNamespaces));
  }
  return rows;
}
